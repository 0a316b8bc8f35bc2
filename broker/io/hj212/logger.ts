// One logger as the door knows it while the program runs: whose it is, on which line it is there, what it is asked to do.

import type { Edition } from "#domain/hj212/hj212.ts";
import { bounds } from "#domain/bounds.ts";
import { formatLoggerSource, manyLoggers } from "#domain/logger.ts";
import { createExchanges, type Exchanges } from "../../admit/hj212/exchanges.ts";
import { createRate } from "../../admit/rate.ts";
import { createDevice, type Device } from "../admission.ts";
import type { Line } from "./line.ts";

/** Whose logger has this MN, and with which password; an empty one: any will do. Asked for every message. */
export interface LoggerDirectory {
  findLogger(mn: string): { readonly site: string; readonly password: string } | null;
}

export interface Logger {
  readonly mn: string;
  /** The site, or the source of a logger that no site has. */
  device: Device;
  /** The same source for packets with another password: slow, so that nobody finds the right one by trying. */
  doubtful: Device;
  /** Null: no site has its MN. */
  site: string | null;
  /** Where requests go: the newest line on which it showed the right password. Null: it is not there. */
  line: Line | null;
  st: string;
  pw: string;
  edition: Edition;
  readonly exchanges: Exchanges;
  /** QN and command of its last message: the same again means that our answer did not arrive. */
  last: string;
  heardAt: number;
  /** Receive time minus QN of the last live message, ms; null before there was one. */
  driftMs: number | null;
  timeSetAt: number;
}

export interface Loggers {
  /** Null when it belongs to nobody and there are too many of these to tell apart. */
  find(mn: string): Logger | null;
  ofSite(site: string): Logger | undefined;
  all(): Iterable<Logger>;
  /** Takes frames of unknown loggers beyond those that are told apart. */
  readonly crowd: Device;
}

export function createLoggers(directory: LoggerDirectory): Loggers {
  const loggers = new Map<string, Logger>();
  const bySite = new Map<string, Logger>();
  let strangers = 0;
  const crowd = createStranger(manyLoggers);

  function create(mn: string, site: string | null): Logger {
    return {
      mn,
      device: site === null ? createStranger(formatLoggerSource(mn)) : createDevice(site),
      doubtful: createStranger(site ?? formatLoggerSource(mn)),
      site,
      line: null,
      st: "32",
      pw: "",
      edition: "2017",
      exchanges: createExchanges(),
      last: "",
      heardAt: 0,
      driftMs: null,
      timeSetAt: Number.NEGATIVE_INFINITY,
    };
  }

  return {
    find(mn) {
      const owner = directory.findLogger(mn);
      const site = owner?.site ?? null;
      let logger = loggers.get(mn);
      if (logger === undefined) {
        if (site === null && strangers >= bounds.unknownLoggersMax) return null;
        if (site === null) strangers++;
        logger = create(mn, site);
        loggers.set(mn, logger);
      } else if (logger.site !== site) {
        // Registered, moved to another site, or taken out of the register since it was last heard.
        if (logger.site === null) strangers--;
        else bySite.delete(logger.site);
        if (site === null) strangers++;
        logger.site = site;
        logger.device = site === null ? createStranger(formatLoggerSource(mn)) : createDevice(site);
        logger.doubtful = createStranger(site ?? formatLoggerSource(mn));
      }
      if (site !== null) bySite.set(site, logger);
      return logger;
    },
    ofSite: (site) => bySite.get(site),
    all: () => loggers.values(),
    crowd,
  };
}

/** Nobody vouches for it, and all it sends waits for an operator: it is slow. */
function createStranger(source: string): Device {
  const rate = createRate(bounds.unknownLoggerFramesPerSecond, bounds.unknownLoggerFramesBurst);
  return { ...createDevice(source), rate };
}
