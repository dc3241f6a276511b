// Responsible for: Jacdac frames as bytes, as far as the virtual board speaks them.
// Not for: services or roles.
// Source: Jacdac protocol specification, "Physical layer: frames and packets".

/** Bytes of payload that fit into one packet of one frame. */
export const FRAME_PAYLOAD_MAX = 236

const FRAME_HEADER = 12
const PACKET_HEADER = 4

const crcTable = new Uint16Array(256)
for (let byte = 0; byte < 256; byte++) {
    let crc = byte << 8
    for (let bit = 0; bit < 8; bit++)
        crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
    crcTable[byte] = crc
}

/** CRC-16/CCITT-FALSE (polynomial 0x1021, initial 0xffff) over `bytes[start..end)`. */
function crc16(bytes: Uint8Array, start: number, end: number): number {
    let crc = 0xffff
    for (let i = start; i < end; i++)
        crc = ((crc << 8) ^ crcTable[((crc >> 8) ^ bytes[i]!) & 0xff]!) & 0xffff
    return crc
}

/** Flags of a frame: its packets are commands; its identifier is a service class and no device. */
const FLAG_COMMAND = 0x01
const FLAG_SERVICE_CLASS = 0x04

/**
 * One report packet in one frame.
 * @param deviceId 8 bytes, the sender
 * @param serviceIndex index of the service on that device
 * @param command service command
 * @param payload at most {@link FRAME_PAYLOAD_MAX} bytes
 */
export function reportFrame(
    deviceId: Uint8Array,
    serviceIndex: number,
    command: number,
    payload: Uint8Array
): Uint8Array {
    return frameOf(0, deviceId, serviceIndex, command, payload)
}

/** One command packet in one frame, to all services of a class, whatever their device. */
export function commandFrame(
    serviceClass: number,
    command: number,
    payload: Uint8Array
): Uint8Array {
    const identifier = new Uint8Array(8)
    new DataView(identifier.buffer).setUint32(0, serviceClass, true)
    const flags = FLAG_COMMAND | FLAG_SERVICE_CLASS
    return frameOf(flags, identifier, 0, command, payload)
}

function frameOf(
    flags: number,
    identifier: Uint8Array,
    serviceIndex: number,
    command: number,
    payload: Uint8Array
): Uint8Array {
    if (payload.length > FRAME_PAYLOAD_MAX)
        throw new RangeError(
            `a Jacdac packet carries ${FRAME_PAYLOAD_MAX} bytes at most`
        )
    const size = (PACKET_HEADER + payload.length + 3) & ~3
    const frame = new Uint8Array(FRAME_HEADER + size)
    frame[2] = size
    frame[3] = flags
    frame.set(identifier, 4)
    frame[12] = payload.length
    frame[13] = serviceIndex
    frame[14] = command & 0xff
    frame[15] = command >> 8
    frame.set(payload, FRAME_HEADER + PACKET_HEADER)
    const crc = crc16(frame, 2, frame.length)
    frame[0] = crc & 0xff
    frame[1] = crc >> 8
    return frame
}

/** Topic and data of a twin message ("large frame"), or undefined if `frame` is an ordinary one. */
export function readTwinMessage(
    frame: Uint8Array
): { topic: string; data: Uint8Array } | undefined {
    if (frame[2] !== 0xff) return undefined
    const end = frame.indexOf(0, 16)
    if (end < 0) return undefined
    let topic = ""
    for (let i = 16; i < end; i++) topic += String.fromCharCode(frame[i]!)
    return { topic, data: frame.subarray(end + 1) }
}
