// The HJ 212 codec, both ways and for the editions of 2005, 2017 and 2025: bytes ↔ packets ↔ messages ↔ what they say. Pure: no
// socket, no clock. In domain/ because three rooms speak it: the broker frames and answers, ingest reads what was said, the
// simulator writes what loggers send. docs/hj212.md says what is taken, what is refused and what is from memory.
//
//   socket ─▶ createDeframer ─▶ parseSegment ─▶ readExchange ─▶ buildFrame ─▶ socket
//             frames, refusals  Message         what to answer   (when the frame is safe)
//                                  └─▶ readContent: readings, facilities, information, settings

export { buildFrame, type BuildResult, splitGroups } from "./build.ts";
export type { Decipher } from "./candidate.ts";
export { type Command, commands, findCommand, systems } from "./commands.ts";
export { type FieldReading, type Information, type MessageContent, readContent } from "./content.ts";
export { createDeframer, type Deframer, type StreamCount, type StreamEvent } from "./deframer.ts";
export {
  buildExecutionResult,
  buildLoginAnswer,
  buildRequestAnswer,
  type Exchange,
  readExchange,
  readReply,
  type ReplyContent,
} from "./exchange.ts";
export { type Edition, editionOf, exchangeOf, type Group, type Message, type Pair } from "./message.ts";
export { type PayloadPart, readPayload } from "./payload.ts";
export { createReassembly, type Reassembly } from "./reassembly.ts";
export { type Remark, remarks, segmentRefusals, streamHints, streamRefusals } from "./refusal.ts";
export { buildRequest, listRequestForms, type RequestAddress, type RequestForm } from "./requests.ts";
export { parseSegment, type ParseResult } from "./segment.ts";
export { deframerBytesMax, sizes } from "./sizes.ts";
export { formatQn, formatStamp, parseStamp } from "./stamp.ts";
export { exchangeTimes, sayExecutionReturn, sayRequestReturn } from "./times.ts";
