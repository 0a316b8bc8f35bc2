// Log: what every long-lived thing is given to speak with. pino's loggers fit; tests pass a silent one.

export interface Log {
  info(object: object, message: string): void;
  warn(object: object, message: string): void;
  error(object: object, message: string): void;
}
