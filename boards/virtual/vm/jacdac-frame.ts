// Encoding and decoding of the Jacdac frames that the virtual board uses.
// Source: Jacdac protocol specification, "Physical layer: frames and packets".

/** Maximum payload of one packet in one frame, in bytes. */
export const FRAME_PAYLOAD_MAX = 236

const FRAME_HEADER = 12
const PACKET_HEADER = 4

const crcTable = new Uint16Array(256)
for (let byte = 0; byte < 256; byte++) {
    let crc = byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
    crcTable[byte] = crc
}

/** CRC-16/CCITT-FALSE (polynomial 0x1021, initial 0xffff) over `bytes[start..end)`. */
function crc16(bytes: Uint8Array, start: number, end: number): number {
    let crc = 0xffff
    for (let i = start; i < end; i++)
        crc = ((crc << 8) ^ crcTable[((crc >> 8) ^ bytes[i]!) & 0xff]!) & 0xffff
    return crc
}

/** Frame flags: the packets are commands; a receipt is requested; the identifier is a service class instead of a device. */
const FLAG_COMMAND = 0x01
const FLAG_ACK = 0x02
const FLAG_SERVICE_CLASS = 0x04
/** The upper bits of a packet's service index are flags. */
const SERVICE_INDEX_MASK = 0x3f

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

/** One command packet in one frame, addressed to all services of a class on any device. */
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

/** One command packet in one frame, addressed to a service of one device. */
export function commandTo(
    deviceId: Uint8Array,
    serviceIndex: number,
    command: number,
    payload: Uint8Array
): Uint8Array {
    return frameOf(FLAG_COMMAND, deviceId, serviceIndex, command, payload)
}

function frameOf(
    flags: number,
    identifier: Uint8Array,
    serviceIndex: number,
    command: number,
    payload: Uint8Array
): Uint8Array {
    if (payload.length > FRAME_PAYLOAD_MAX)
        throw new RangeError(`a Jacdac packet carries at most ${FRAME_PAYLOAD_MAX} bytes`)
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

/** One command to a device or to all services of a class. */
export interface Command {
    /** 8 bytes; undefined for a command to a class. */
    readonly deviceId: Uint8Array | undefined
    readonly serviceClass: number | undefined
    readonly serviceIndex: number
    readonly command: number
    readonly payload: Uint8Array
}

type Packet = Omit<Report, "deviceId">

/** Packets of an ordinary frame, its flags and its CRC; undefined for damaged frames. */
function readPackets(
    frame: Uint8Array
): { packets: Packet[]; flags: number; crc: number } | undefined {
    const end = FRAME_HEADER + (frame[2] ?? 0)
    if (frame.length < FRAME_HEADER + PACKET_HEADER || frame[2] === 0xff) return undefined
    const crc = frame[0]! | (frame[1]! << 8)
    if (frame.length < end || crc16(frame, 2, end) !== crc) return undefined
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
    const packets: Packet[] = []
    let at = FRAME_HEADER
    while (at + PACKET_HEADER <= end) {
        const payloadEnd = at + PACKET_HEADER + frame[at]!
        if (payloadEnd > end) break
        packets.push({
            serviceIndex: frame[at + 1]! & SERVICE_INDEX_MASK,
            command: view.getUint16(at + 2, true),
            payload: frame.slice(at + PACKET_HEADER, payloadEnd),
        })
        at = (payloadEnd + 3) & ~3
    }
    return { packets, flags: frame[3]!, crc }
}

/** Commands of an ordinary frame, its CRC, and whether a receipt is requested; undefined for reports and damaged frames. */
export function readCommands(
    frame: Uint8Array
): { commands: Command[]; crc: number; wantsReceipt: boolean } | undefined {
    const read = readPackets(frame)
    if (!read || !(read.flags & FLAG_COMMAND)) return undefined
    const toClass = (read.flags & FLAG_SERVICE_CLASS) !== 0
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length)
    const commands = read.packets.map(packet => ({
        deviceId: toClass ? undefined : frame.slice(4, 12),
        serviceClass: toClass ? view.getUint32(4, true) : undefined,
        ...packet,
    }))
    return { commands, crc: read.crc, wantsReceipt: (read.flags & FLAG_ACK) !== 0 }
}

/** One report of a device. */
export interface Report {
    readonly deviceId: Uint8Array
    readonly serviceIndex: number
    readonly command: number
    readonly payload: Uint8Array
}

/** Reports of an ordinary frame; none for commands and damaged frames. */
export function readReports(frame: Uint8Array): Report[] {
    const packets = readPackets(frame)
    if (!packets || packets.flags & FLAG_COMMAND) return []
    const deviceId = frame.slice(4, 12)
    return packets.packets.map(packet => ({ deviceId, ...packet }))
}

/** Topic and data of a twin message ("large frame"); undefined for an ordinary frame. */
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
