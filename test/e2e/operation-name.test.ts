import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startLive } from '../support/live.ts';

test('what is no operation of the document is not at work, however often it is asked for', async () => {
  const { ws, gateway } = await startLive({ options: { maxRunning: 2 } });
  const client = createClient({ url: ws, webSocketImpl: WebSocket, retryAttempts: 0 });
  const query = 'query A { __typename } query B { __typename }';
  const ask = (operationName?: string) => client.iterate({ query, operationName }).next();
  for (const name of [undefined, undefined, 'C', 'C']) {
    const errors = await ask(name).catch((failure) => failure);
    expect(errors).toMatchObject([{ message: expect.stringMatching(/^Unable to identify operation/) }]);
  }
  expect((await ask('B')).value).toEqual({ data: { __typename: 'Query' } });
  await client.dispose();
  await gateway.close();
});
