// A program that runs the data path alone, from a front end without a bus to the host.
// hil-tests/acquisition/heap.test.ts builds it and measures its heap.

import * as ds from "@devicescript/core"
import * as le from "../../shared/devices/line-engine"
import { recordLength, SAMPLE_FORMAT_LOG8 } from "../../shared/acquisition/line-record"
import { LINK_BYTES_PER_S } from "../../shared/acquisition/sequence-budget"
import { crc8 } from "../acquisition/line-engine/crc8"
import { BURST_PIECES, openBurstBuffer } from "../acquisition/burst-buffer"
import { openEngineBus } from "../acquisition/line-engine/bus"
import { fifo_reader } from "../acquisition/line-engine/fifo-reader"
import { line_engine } from "../acquisition/line-engine/line-engine"
import { beginRun, openPump, pumpIsIdle, runPump, setPumpRecords } from "../acquisition/line-pump"
import { linkIsOpen, openLink, stepLink } from "../link/link"
import { linkSettings } from "../platform/settings"
import { SpiChip } from "../platform/spi"

const SAMPLES = 256
const LINES = 14
const LINE_PERIOD_NS = 130208
const LOOP_MS = 10

/**
 * A line engine whose FIFO always holds more than a block of lines. It answers from memory and allocates nothing. The
 * lines are zeros with a wrong CRC, which only the host would check.
 */
class FullFifo implements SpiChip {
    private status = Buffer.alloc(le.MOMENT_LENGTH)
    private block = Buffer.alloc(le.DATA_AT)

    constructor() {
        this.prepare(this.status)
        const status = this.status
        status[le.MOMENT_CHECK_AT] = crc8(status, le.REPLY_AT, le.MOMENT_CHECK_AT)
        this.prepare(this.block)
        this.block.setAt(le.REPLY_AT, "u16", LINES)
        this.block.setAt(le.REPLY_AT + 2, "u16", recordLength(SAMPLES))
    }

    private prepare(answer: Buffer): void {
        answer[le.STATUS_SYNC_AT] = le.SYNC
        answer.setAt(le.STATUS_LEVEL_AT, "u16", 10 * LINES)
        answer[le.STATUS_CHECK_AT] = crc8(answer, 0, le.STATUS_CHECK_AT)
    }

    async transfer(_tx: Buffer, rx: Buffer): Promise<void> {
        const answer = rx.length > le.MOMENT_LENGTH ? this.block : this.status
        rx.blitAt(0, answer, 0, answer.length)
        await ds.sleep(1)
    }

    async transferEach(): Promise<void> {}
}

openEngineBus(new FullFifo(), LINK_BYTES_PER_S)
openLink(
    await linkSettings(),
    async () => {},
    async () => {}
)
const speeds = { speedEpoch: () => 0, speedBefore: (_epochs: number) => 0 }
openBurstBuffer(BURST_PIECES)
openPump(line_engine.service, fifo_reader, speeds, () => 1)
setPumpRecords(SAMPLES, SAMPLE_FORMAT_LOG8)
runPump.start()

for (;;) {
    await stepLink(ds.millis())
    if (linkIsOpen() && pumpIsIdle()) beginRun(LINE_PERIOD_NS, false)
    await ds.sleep(LOOP_MS)
}
