// Where in the journal and when something happened. Words only.

export interface Occasion {
  readonly seq: number;
  readonly eventTime: number;
  readonly receivedAt: number;
}
