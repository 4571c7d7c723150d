import { expect, test } from 'vitest';
import { rankIn } from '../../native/ranks.ts';
import { randomFrom } from '../support/questions.ts';

test('keys are found by their ranks, in whatever order they are asked', () => {
  const random = randomFrom(3);
  for (let round = 0; round < 200; round++) {
    const keys = [...new Set(Array.from({ length: random.below(20) }, () => random.below(30)))];
    const rank = rankIn(keys.length, (index) => keys[index]!);
    const inOrder = random.chance(0.5);
    const asked = inOrder ? keys.filter(() => random.chance(0.7)) : Array.from({ length: 20 }, () => random.below(30));
    expect(asked.map(rank)).toEqual(asked.map((key) => keys.indexOf(key)));
  }
});

test('those that are asked in their order are found without a look at the rest', () => {
  let looks = 0;
  const rank = rankIn(1000, (index) => {
    looks++;
    return index;
  });
  for (let key = 0; key < 1000; key++) expect(rank(key)).toBe(key);
  expect(looks).toBe(1000);
});
