// The two worked examples of src/shared/protocol/README.md.

import * as burst from "../../shared/protocol/burst"
import { sealHeader } from "../../shared/protocol/burst"
import { type Message, putNumber, writeFields } from "../../shared/protocol/bytes"
import { crc32c } from "../../shared/protocol/crc32c"
import { layoutHash } from "../../shared/protocol/layout-hash"
import * as record from "../../shared/acquisition/line-record"
import { HELLO, payloadLength, writePayload } from "../../shared/protocol/messages"

function exampleBurst(
    changes: Partial<Message<typeof burst.BURST_HEADER>>,
    payload: Uint8Array
): Uint8Array {
    const bytes = new Uint8Array(burst.BURST_HEADER_LENGTH + payload.length)
    writeFields(bytes, 0, burst.BURST_HEADER, {
        magic: burst.BURST_MAGIC,
        version: burst.PROTOCOL_VERSION,
        type: 0,
        header_length: burst.BURST_HEADER_LENGTH,
        flags: burst.FLAG_INSECURE,
        session: 0,
        sequence: 0,
        payload_length: payload.length,
        tick_us: 0,
        position_nm: 0,
        speed_nm_s: 0,
        speed_epoch: 0,
        lines: 0,
        dropped_fifo: 0,
        dropped_credit: 0,
        dropped_crc: 0,
        dropped_gate: 0,
        check: 0,
        tag_0: 0,
        tag_1: 0,
        tag_2: 0,
        tag_3: 0,
        ...changes,
    })
    sealHeader(bytes, layoutHash())
    bytes.set(payload, burst.BURST_HEADER_LENGTH)
    return bytes
}

/** The first burst of a connection: board 0x0123456789abcdef, firmware 0.2.0. */
export function exampleHello(): Uint8Array {
    const payload = new Uint8Array(payloadLength(HELLO))
    writePayload(payload, 0, HELLO, {
        layout_hash: layoutHash(),
        board_id_low: 0x89abcdef,
        board_id_high: 0x01234567,
        firmware_version: 0x000200,
        nonce_0: 0x33221100,
        nonce_1: 0x77665544,
        nonce_2: 0xbbaa9988,
        nonce_3: 0xffeeddcc,
        window_bytes: 65792,
    })
    return exampleBurst({ type: burst.TYPE_HELLO }, payload)
}

/** Burst 42 of session 1: A-line 1000 of a run with four samples, the first of the imaged window, after two dropped A-lines. */
export function exampleLines(): Uint8Array {
    const samples = Uint8Array.of(0, 64, 128, 255)
    const payload = new Uint8Array(record.recordLength(samples.length))
    const tick_us = 5000000
    writeFields(payload, 0, record.LINE_HEADER, {
        line: 1000,
        frame: 4,
        index: 0,
        tick_us,
        position_counts: 2435,
        flags: record.LINE_AT_SPEED | record.LINE_FRAME_START | record.LINE_FRAME_CUT,
        samples: samples.length,
    })
    payload.set(samples, record.LINE_HEADER_LENGTH)
    const end = payload.length - record.LINE_CRC_LENGTH
    putNumber(payload, end, "u32", crc32c(payload, 0, end, 0))
    return exampleBurst(
        {
            type: burst.TYPE_LINES,
            session: 1,
            sequence: 42,
            tick_us,
            position_nm: 2435000,
            speed_nm_s: 1000000,
            speed_epoch: 3,
            lines: 1,
            dropped_fifo: 2,
        },
        payload
    )
}
