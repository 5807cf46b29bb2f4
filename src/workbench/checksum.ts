/** CRC-32, as in gzip and PNG (ISO 3309; RFC 1952, section 8): tells whether bytes are still what they were. */

const POLYNOMIAL = 0xedb8_8320;

function tableEntry(byte: number): number {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ POLYNOMIAL;
  return value;
}

const TABLE: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => tableEntry(byte));

/** The checksum of some bytes: 32 bits, unsigned. */
export function checksum(bytes: Uint8Array): number {
  let value = -1;
  for (let index = 0; index < bytes.length; index++)
    value = (TABLE[(value ^ (bytes[index] as number)) & 0xff] as number) ^ (value >>> 8);
  return (value ^ -1) >>> 0;
}
