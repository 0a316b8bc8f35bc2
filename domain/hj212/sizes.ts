// Sizes of HJ 212: what the standard allows, and up to where this house is lenient because loggers overrun it. In bytes.

export const sizes = {
  /** "##" and four digits before the data segment, four digits of the checksum behind it. */
  headBytes: 6,
  checksumBytes: 4,
  /** The shortest data segment that says anything: CP=&&&&. */
  segmentBytesMin: 7,
  /** [HJ 212-2017 table 2]; what is longer is taken with a remark. */
  segmentBytesStandard: 1024,
  /** Loggers overrun the 1,024 of the standard; past this a length is junk. */
  segmentBytesMax: 4096,
  /** Data area of one packet; longer content is split [HJ 212-2017 table 3]. */
  areaBytesMax: 950,
  /** First bytes of a refused piece that are kept to be looked at. */
  refusedBytesKept: 256,
  /** Garbage without an end is reported in pieces of this size. */
  refusedBytesMax: 65_536,
  /** An MN is 24 characters by the standard, 14 in 2005; in the field anything up to here. */
  mnCharsMax: 40,
  headerValueCharsMax: 64,
  /** A half frame is given up after so long without another byte. */
  halfFrameMsMax: 30_000,
  /** Packets of one message, in four digits. */
  packetsMax: 9999,
  /** Messages that wait for their other packets: all together, in number and in bytes, and each of them in time. */
  waitingMessagesMax: 64,
  waitingBytesMax: 1024 * 1024,
  waitingMsMax: 60_000,
} as const;

/** Half a frame of the longest kind and the whole of another: a deframer keeps no more than this. */
export const deframerBytesMax = 2 * (sizes.headBytes + sizes.segmentBytesMax + sizes.checksumBytes + 8);
