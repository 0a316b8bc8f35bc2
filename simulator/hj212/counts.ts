// What all loggers of a process did, added up; one line of the log tells it.

export interface LoggerCounts {
  connected: number;
  /** Connections that were up and broke without being asked to. */
  lost: number;
  /** Packets that wanted an answer, and those that got one. */
  sent: number;
  acked: number;
  /** The same bytes again after a time-out. */
  resent: number;
  /** Exchanges that ended without an answer. */
  unanswered: number;
  /** Real-time data that could not be sent: it never comes later. */
  realtimeLost: number;
  /** Minute, hour and day data and run hours: made, delivered, of these late, given up because the memory was full. */
  records: number;
  delivered: number;
  late: number;
  dropped: number;
  /** Never sent by itself, out of habit; the centre may ask for it. */
  forgotten: number;
  /** Requests of the centre that were carried out, and that were refused. */
  requests: number;
  refusals: number;
  /** Packets that answered a request. */
  fetched: number;
  clocksSet: number;
  /** What the centre sent that was no packet. */
  unreadable: number;
}

export function createLoggerCounts(): LoggerCounts {
  return {
    connected: 0,
    lost: 0,
    sent: 0,
    acked: 0,
    resent: 0,
    unanswered: 0,
    realtimeLost: 0,
    records: 0,
    delivered: 0,
    late: 0,
    dropped: 0,
    forgotten: 0,
    requests: 0,
    refusals: 0,
    fetched: 0,
    clocksSet: 0,
    unreadable: 0,
  };
}
