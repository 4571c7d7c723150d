/**
 * What the page does with its options before GraphiQL has them, as the text of a function: takes the token from behind
 * the URL, where no server sees it, and out of the address bar, and sends it with every operation. It is kept for the
 * tab alone, for when that is loaded anew.
 */
export const withToken = `(options) => {
  const KEY = 'sysgraph.token';
  const told = () => new URLSearchParams(location.hash.slice(1)).get('token');
  const kept = (token) => {
    try {
      if (token !== null) sessionStorage.setItem(KEY, token);
      return sessionStorage.getItem(KEY);
    } catch {
      return token;
    }
  };
  const token = kept(told());
  if (told() !== null) history.replaceState(null, '', location.pathname + location.search);
  addEventListener('hashchange', () => {
    if (told() !== null) location.reload();
  });
  if (token === null) return options;
  const header = { Authorization: 'Bearer ' + token };
  return { ...options, additionalHeaders: { ...options.additionalHeaders, ...header }, connectionParams: header };
}`;
