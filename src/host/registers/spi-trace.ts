// Decodes SPI transfers, from our trace or a logic analyser, to register accesses.
// Source: TMC5160 data sheet, chapter 4: 40-bit datagrams, bit 39 = write, the reply to a read is in the next
// transfer; boards/line-engine.md, "Transactions"; boards/un0rick.md, "SPI".

import * as le from "../../shared/devices/line-engine"
import { DUMP_ENGINE, DUMP_MOTOR, DUMP_UN0RICK } from "../../shared/protocol/register-dump"
import { UN_CONTROL_LENGTH, UN_RAMDATA, UN_WORD_LENGTH } from "../../shared/devices/un0rick"

/** One chip-select period; both directions have the same length. */
export interface Transfer {
    readonly timeUs: number
    readonly device: string
    readonly mosi: Uint8Array
    readonly miso: Uint8Array
}

export interface RegisterAccess {
    readonly timeUs: number
    readonly chip: number
    readonly kind: "read" | "write"
    readonly address: number
    /** Undefined if the trace ends or the datagram is incomplete before the value. */
    readonly value: number | undefined
}

/** Chips by their device name in a trace. */
export const DEVICES: Readonly<Record<string, number>> = {
    tmc5160: DUMP_MOTOR,
    "line-engine": DUMP_ENGINE,
    un0rick: DUMP_UN0RICK,
}

const DATAGRAM = 5

/** Matches requests and replies of transfers passed in order. */
export class SpiTraceDecoder {
    private pending: RegisterAccess | undefined

    constructor(private readonly onAccess: (access: RegisterAccess) => void) {}

    add(t: Transfer): void {
        if (DEVICES[t.device] === DUMP_MOTOR) this.decodeMotor(t)
        else if (DEVICES[t.device] === DUMP_ENGINE) this.decodeEngine(t)
        else if (DEVICES[t.device] === DUMP_UN0RICK) this.decodeUn0rick(t)
    }

    /** Ends the trace: a pending read gets no value. */
    end(): void {
        if (this.pending) this.onAccess(this.pending)
        this.pending = undefined
    }

    private decodeMotor({ timeUs, mosi, miso }: Transfer): void {
        // The last 40 bits of a longer transfer are the command; a shorter transfer has none.
        if (mosi.length < DATAGRAM || miso.length < DATAGRAM) return
        const answer = new DataView(miso.buffer, miso.byteOffset).getUint32(1)
        if (this.pending) this.onAccess({ ...this.pending, value: answer })
        const at = mosi.length - DATAGRAM
        const word = new DataView(mosi.buffer, mosi.byteOffset + at, DATAGRAM)
        const head = word.getUint8(0)
        const access = { timeUs, chip: DUMP_MOTOR, address: head & 0x7f }
        this.pending = undefined
        if (head & 0x80)
            this.onAccess({
                ...access,
                kind: "write",
                value: word.getUint32(1),
            })
        else this.pending = { ...access, kind: "read", value: undefined }
    }

    private decodeEngine({ timeUs, mosi, miso }: Transfer): void {
        if (mosi.length < le.DATA_AT || miso.length < le.DATA_AT) return
        const [op, address] = [mosi[0], mosi[1]!]
        if (op !== le.OP_READ && op !== le.OP_WRITE) return
        const [from, at] = op === le.OP_READ ? [miso, le.REPLY_AT] : [mosi, 4]
        this.onAccess({
            timeUs,
            chip: DUMP_ENGINE,
            kind: op === le.OP_READ ? "read" : "write",
            address,
            value: new DataView(from.buffer, from.byteOffset).getUint32(at, true),
        })
    }

    /** A burst accesses each of its registers; for RAMDATA, the samples of an A-line, only the first word is reported. */
    private decodeUn0rick({ timeUs, mosi, miso }: Transfer): void {
        if (mosi.length < UN_CONTROL_LENGTH + UN_WORD_LENGTH) return
        const [head, low, first] = [mosi[0]!, mosi[1]!, mosi[2]!]
        const kind = head & 0x80 ? "write" : "read"
        const announced = (((head & 0x3f) << 8) | low) + 1
        const transferred = Math.floor((mosi.length - UN_CONTROL_LENGTH) / UN_WORD_LENGTH)
        const words = first === UN_RAMDATA ? 1 : Math.min(announced, transferred)
        const from = kind === "read" ? miso : mosi
        for (let i = 0; i < words; i++) {
            const at = UN_CONTROL_LENGTH + UN_WORD_LENGTH * i
            this.onAccess({
                timeUs,
                chip: DUMP_UN0RICK,
                kind,
                address: head & 0x40 ? first + i : first,
                value: (from[at]! << 8) | from[at + 1]!,
            })
        }
    }
}

/** A line is not a trace record; the message is one sentence. */
export class TraceError extends Error {}

const HEX = /^([0-9a-f]{2})*$/i

/**
 * Reads one line of a `--trace-spi` file.
 * @throws TraceError with the expected content of a line
 */
export function parseTraceLine(text: string, line: number): Transfer {
    const refuse = (): never => {
        throw new TraceError(
            `Line ${line} of the trace is no transfer; each line is {"t_us","device","mosi","miso"}, times as a number, bytes in hex and as many in both directions.`
        )
    }
    let parsed: unknown
    try {
        parsed = JSON.parse(text)
    } catch {
        return refuse()
    }
    if (typeof parsed !== "object" || parsed === null) return refuse()
    const { t_us, device, mosi, miso } = parsed as Record<string, unknown>
    if (
        typeof t_us !== "number" ||
        typeof device !== "string" ||
        typeof mosi !== "string" ||
        typeof miso !== "string" ||
        !HEX.test(mosi) ||
        !HEX.test(miso) ||
        mosi.length !== miso.length
    )
        return refuse()
    return {
        timeUs: t_us,
        device,
        mosi: Uint8Array.from(Buffer.from(mosi, "hex")),
        miso: Uint8Array.from(Buffer.from(miso, "hex")),
    }
}
