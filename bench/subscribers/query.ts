/** What everybody watches, by the field of each: about 600 and 300 bytes an event. */
export const QUERIES = {
  cpu: `subscription {
    cpu {
      at elapsed folded percent
      times { user system idle nice iowait irq softirq steal guest guestNice }
      timesPercent { user system idle nice iowait irq softirq steal guest guestNice }
      stats { ctxSwitches interrupts softInterrupts }
      loadAverage { one five fifteen }
    }
  }`,
  memory: `subscription {
    memory {
      at elapsed folded
      memory { total available used free percent cached buffers }
      change { available used free cached buffers }
    }
  }`,
} as const;

export type Name = keyof typeof QUERIES;

export const NAMES = Object.keys(QUERIES) as Name[];

/** Which of them a client asked for. */
export const nameOf = (query: string): Name => NAMES.find((name) => QUERIES[name] === query)!;
