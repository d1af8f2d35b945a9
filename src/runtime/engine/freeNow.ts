/**
 * @file Memory that nobody reads any more, given back at once. The Node binding makes a fresh array of every output at every
 * run. Left to the garbage collector, megabytes a second of them keep its helper threads marking, which is processor time that
 * another run could use, and every new one touches memory that is in no cache.
 */

// Made when this is loaded: a port is closed only when the event loop has turned, and keeps what comes before.
const { port1: nowhere, port2 } = new MessageChannel();
port2.close();

/**
 * Takes the memory of an array away from it: what is transferred to a port whose other end is closed is dropped on the way.
 * @param data an array; afterwards it is detached and empty, unless it is a part of its buffer, or that is shared
 */
export function freeNow({ buffer, byteLength }: ArrayBufferView): void {
  if (!(buffer instanceof ArrayBuffer) || byteLength !== buffer.byteLength) return;
  nowhere.postMessage(null, [buffer]);
}
