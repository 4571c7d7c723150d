/** What everybody watches: about 600 bytes an event. */
export const QUERY = `subscription {
  cpu {
    at elapsed folded percent
    times { user system idle nice iowait irq softirq steal guest guestNice }
    timesPercent { user system idle nice iowait irq softirq steal guest guestNice }
    stats { ctxSwitches interrupts softInterrupts }
    loadAverage { one five fifteen }
  }
}`;
