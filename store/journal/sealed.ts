// The form of a sealed segment: pieces of the segment, each compressed on its own, so that a damaged byte costs one piece
// and not the segment. Pure: bytes in, bytes out.
//
//   piece: 0 "PLZ1" · 4 number · 8 unpacked bytes · 12 packed bytes · 16 CRC-32 of bytes 4–16 and the packed bytes · 20 zstd frame
//
// A piece that cannot be read unpacks to zeros: the reader of the segment then finds and names the damage.

import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";

const magic = 0x315a4c50;
const headBytes = 20;
export const pieceBytes = 256 * 1024;
/** Level 3 is zstd's own default: about a tenth of the size at hundreds of MB/s. */
const options = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

export function packPiece(number: number, raw: Buffer): Buffer {
  const packed = zstdCompressSync(raw, options);
  const piece = Buffer.allocUnsafe(headBytes + packed.length);
  piece.writeUInt32LE(magic, 0);
  piece.writeUInt32LE(number, 4);
  piece.writeUInt32LE(raw.length, 8);
  piece.writeUInt32LE(packed.length, 12);
  packed.copy(piece, headBytes);
  piece.writeUInt32LE(pieceCrc(piece, packed.length), 16);
  return piece;
}

function pieceCrc(piece: Buffer, packedBytes: number): number {
  return crc32(piece.subarray(headBytes, headBytes + packedBytes), crc32(piece.subarray(4, 16)));
}

/** A whole piece at `at`, or null. */
function readPiece(bytes: Buffer, at: number): { number: number; raw: Buffer; end: number } | null {
  if (bytes.length - at < headBytes || bytes.readUInt32LE(at) !== magic) return null;
  const packedBytes = bytes.readUInt32LE(at + 12);
  const end = at + headBytes + packedBytes;
  if (end > bytes.length) return null;
  const piece = bytes.subarray(at, end);
  if (piece.readUInt32LE(16) !== pieceCrc(piece, packedBytes)) return null;
  return { number: piece.readUInt32LE(4), raw: zstdDecompressSync(piece.subarray(headBytes)), end };
}

/** The segment again; zeros where a piece is damaged. */
export function unpackPieces(bytes: Buffer): Buffer {
  const pieces: { number: number; raw: Buffer }[] = [];
  const needle = Buffer.from("PLZ1", "latin1");
  let at = 0;
  while (at >= 0 && at < bytes.length) {
    const piece = readPiece(bytes, at);
    if (piece === null) {
      at = bytes.indexOf(needle, at + 1);
      continue;
    }
    pieces.push(piece);
    at = piece.end;
  }
  const length = pieces.reduce((most, piece) => Math.max(most, piece.number * pieceBytes + piece.raw.length), 0);
  const segment = Buffer.alloc(length);
  for (const piece of pieces) piece.raw.copy(segment, piece.number * pieceBytes);
  return segment;
}
