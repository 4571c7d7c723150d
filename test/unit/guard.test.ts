import { describe, expect, it } from 'vitest';
import { refuseForgery, refuseHost, refuseOrigin } from '../../server/guard.ts';
import { optionsWith } from '../support/serving.ts';

const options = optionsWith({ allowHost: ['box.lan', '[fe80::1]'], allowOrigin: ['https://ops.example'] });

const hostStatus = (host?: string) =>
  refuseHost({ method: 'GET', headers: host === undefined ? {} : { host } }, options)?.status;

const originStatus = (origin: string, host = 'localhost:4000') =>
  refuseOrigin({ method: 'POST', headers: { origin, host } }, options)?.status;

describe('the Host', () => {
  it.each([
    'localhost',
    'LocalHost:4000',
    '127.0.0.1:1',
    '127.1.2.3',
    '[::1]:4000',
    'box.lan',
    'BOX.lan:80',
    '[fe80::1]:9',
  ])('%s is ours', (host) => expect(hostStatus(host)).toBeUndefined());

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    'evil@localhost',
    'localhost@evil.example',
    'localhost:99999',
    'localhost:x',
    'localhost/x',
    '127.0.0.1.evil.example',
    '[::2]',
    '[::1',
    'xbox.lan',
  ])('%s is not', (host) => expect(hostStatus(host)).toBe(421));

  it('is one: of several each might be meant', () => {
    const status = (...rawHeaders: string[]) =>
      refuseHost({ method: 'GET', headers: { host: 'localhost' }, rawHeaders }, options)?.status;
    expect(status('Host', 'localhost', 'Accept', 'host')).toBeUndefined();
    expect(status('Host', 'localhost', 'hOST', 'localhost')).toBe(400);
  });

  it('may be what the gateway was told to listen on', () => {
    const exposed = optionsWith({ host: '192.168.1.5', insecure: true });
    expect(refuseHost({ method: 'GET', headers: { host: '192.168.1.5:4000' } }, exposed)).toBeUndefined();
  });
});

describe('the Origin', () => {
  it.each(['http://localhost:4000', 'https://ops.example', 'HTTPS://OPS.EXAMPLE'])('%s may ask', (origin) =>
    expect(originStatus(origin)).toBeUndefined(),
  );

  it.each([
    'null',
    '',
    'http://evil.example',
    'http://localhost',
    'http://localhost:3000',
    'https://localhost:4000',
    'http://ops.example',
    'https://ops.example.evil.example',
  ])('%j may not', (origin) => expect(originStatus(origin)).toBe(403));
});

describe('a request any page could send', () => {
  const status = (method: string, headers: Record<string, string>) => refuseForgery({ method, headers })?.status;
  const simple = [
    'text/plain',
    'Text/Plain; charset=utf-8',
    ' multipart/form-data;boundary=x',
    'application/x-www-form-urlencoded',
  ];

  it.each(simple)('is one of type %s', (type) => {
    expect(status('POST', { 'content-type': type })).toBe(403);
    expect(status('POST', { 'content-type': type, 'x-sysgraph-csrf': '' })).toBeUndefined();
  });

  it('is one without a type', () => {
    expect(status('GET', {})).toBe(403);
    expect(status('POST', {})).toBe(403);
    expect(status('GET', { 'x-sysgraph-csrf': '1' })).toBeUndefined();
  });

  it('is neither JSON nor the question a browser asks first', () => {
    expect(status('POST', { 'content-type': 'application/json; charset=utf-8' })).toBeUndefined();
    expect(status('OPTIONS', {})).toBeUndefined();
  });
});
