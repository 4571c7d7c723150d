/** As long as a step of the clock, or a machine that slept, may go unnoticed. */
const LONGEST_MS = 60_000;

/** Calls once the clock on the wall shows this moment, however far it is; what it gives takes that back. */
export function alarmAt(moment: number, call: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const left = Math.max(0, moment - Date.now());
    timer = setTimeout(() => (moment <= Date.now() ? call() : wait()), Math.min(left, LONGEST_MS)).unref();
  };
  wait();
  return () => clearTimeout(timer);
}
