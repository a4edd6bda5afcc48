import { createHash } from 'node:crypto';
import { bodyBytesPerFrame, frameHeadBytes } from '#program/plans';

/**
 * The one encoding of a message: one or more frames, each a header and a part of the body. All integers are little-endian.
 *
 *     lane u16 ‖ 0x0001 u16 ‖ sequence u32 ‖ label u32 ‖ total u32 ‖ offset u32 ‖ body[offset .. min(offset + 128 KiB, total))
 *
 * An empty message is one bare header. Every field is determined by what the receiver expects, so it accepts exactly one byte
 * string in each position but for the body's content.
 */
export const headerBytes = frameHeadBytes;
export { bodyBytesPerFrame, wireBytes } from '#program/plans';
const formatVersion = 1;

/** Names a message: protocol with its version, and the arrow of its figure. */
export interface Label {
  readonly protocol: string;
  readonly step: string;
  /** First four bytes of SHA-256("countersign/mpc/label/1" ‖ 0x00 ‖ protocol ‖ 0x00 ‖ step). */
  readonly tag: number;
}

export interface FrameHeader {
  readonly lane: number;
  readonly sequence: number;
  readonly tag: number;
  readonly total: number;
  readonly offset: number;
}

const labels = new Map<string, Label>();

export function labelOf(protocol: string, step: string): Label {
  const name = `${protocol}\0${step}`;
  let label = labels.get(name);
  if (!label) {
    label = { protocol, step, tag: createHash('sha256').update(`countersign/mpc/label/1\0${name}`).digest().readUInt32LE(0) };
    labels.set(name, label);
  }
  return label;
}

/** The part of `body` that the frame with this header carries. A view. */
export function partOf(body: Uint8Array, { offset }: FrameHeader): Uint8Array {
  return body.subarray(offset, offset + bodyBytesPerFrame);
}

export function encodeHeader(header: FrameHeader): Uint8Array {
  const head = new Uint8Array(headerBytes);
  const view = new DataView(head.buffer);
  view.setUint16(0, header.lane, true);
  view.setUint16(2, formatVersion, true);
  view.setUint32(4, header.sequence, true);
  view.setUint32(8, header.tag, true);
  view.setUint32(12, header.total, true);
  view.setUint32(16, header.offset, true);
  return head;
}

/** A fresh frame of head ‖ part. */
export function joinFrame(head: Uint8Array, part: Uint8Array): Uint8Array {
  const frame = new Uint8Array(head.length + part.length);
  frame.set(head);
  frame.set(part, head.length);
  return frame;
}

/** A fresh frame that carries `body` from `header.offset` on, at most one frame's worth. */
export function encodeFrame(header: FrameHeader, body: Uint8Array): Uint8Array {
  return joinFrame(encodeHeader(header), partOf(body, header));
}

/** The header of a frame of `frameBytes` that begins with `head`, or undefined for a frame that no `encodeFrame` made. */
export function decodeHeader(head: Uint8Array, frameBytes = head.length): FrameHeader | undefined {
  if (head.length < headerBytes || frameBytes > headerBytes + bodyBytesPerFrame) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, headerBytes);
  if (view.getUint16(2, true) !== formatVersion) return undefined;
  const header = {
    lane: view.getUint16(0, true),
    sequence: view.getUint32(4, true),
    tag: view.getUint32(8, true),
    total: view.getUint32(12, true),
    offset: view.getUint32(16, true),
  };
  const partBytes = Math.min(bodyBytesPerFrame, header.total - header.offset);
  return header.offset % bodyBytesPerFrame === 0 && frameBytes === headerBytes + partBytes ? header : undefined;
}
