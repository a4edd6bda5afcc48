/** A message crosses a link as one or more frames, each a head and a part of the body (libs/mpc/src/channel/frame.ts). */
export const frameHeadBytes = 20;
export const bodyBytesPerFrame = 128 * 1024;
/** No message is longer. What is goes as several, of whole frames but for the last, or as several exchanges. */
export const maxMessageBytes = 16 * 1024 * 1024;

/** How many bytes a body of `bodyBytes` takes on the link, heads included, in however many messages of whole frames; an empty one is a bare head. */
export const wireBytes = (bodyBytes: number): number => bodyBytes + frameHeadBytes * Math.max(1, Math.ceil(bodyBytes / bodyBytesPerFrame));

/** A hello, and what a party saw on one link when transcripts are confirmed. */
export const helloBytes = 32;
export const transcriptBytes = 32;
