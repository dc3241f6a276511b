// A program that sends known lines of several lengths through the cart's data path, as fast as it can.
// hil-tests/bench/link-cost.ts builds and runs it and measures the cost.

import * as ds from "@devicescript/core"
import { readSetting } from "@devicescript/settings"
import { SAMPLE_FORMAT_LOG8 } from "../../shared/acquisition/line-record"
import { ENGINE_SPI_HZ } from "../../shared/acquisition/sequence-budget"
import { ENGINE_SPI_MODE } from "../../shared/devices/line-engine"
import { CHIP_ENGINE } from "../../shared/devices/virtual-board"
import { BURST_PIECES, openBurstBuffer } from "../acquisition/burst-buffer"
import { openEngineBus } from "../acquisition/line-engine/bus"
import { fifo_reader } from "../acquisition/line-engine/fifo-reader"
import { line_engine } from "../acquisition/line-engine/line-engine"
import {
    beginRun,
    block_lines,
    drainRun,
    openPump,
    pumpIsIdle,
    runPump,
    setPumpRecords,
} from "../acquisition/line-pump"
import { linkIsOpen, openLink, stepLink } from "../link/link"
import { openBoard } from "../platform/open-board"
import { linkSettings } from "../platform/settings"

/** Samples per line; bursts of any length of line have about the same bytes. */
const SETTING_SAMPLES = "bench_samples"
/** Lines are sent in multiples of this number of blocks, so that nearly all bursts are full. */
const BLOCKS = 6
/** Lines that the FIFO holds. */
const FIFO_LINES = 2048
/** Period in which the end of sending is polled. */
const POLL_MS = 20

const board = await openBoard()
const settings = await linkSettings()
openEngineBus(
    board.openFrontEnd(CHIP_ENGINE, ENGINE_SPI_MODE, ENGINE_SPI_HZ),
    board.link_bytes_per_s
)
openLink(
    settings,
    async () => undefined,
    async () => undefined
)
openBurstBuffer(BURST_PIECES)
openPump(
    line_engine.service,
    fifo_reader,
    { speedEpoch: () => 0, speedBefore: () => 0 },
    () => 1000
)
const linking = async () => {
    for (;;) {
        await stepLink(ds.millis())
        await ds.sleep(10)
    }
}
runPump.start()
linking.start()
await line_engine.selfTest()
const samples: number = await readSetting(SETTING_SAMPLES, 256)
setPumpRecords(samples, SAMPLE_FORMAT_LOG8)
const unit = BLOCKS * block_lines
const lines = Math.idiv(FIFO_LINES, unit) * unit
while (!linkIsOpen()) await ds.sleep(POLL_MS)
for (;;) {
    await line_engine.sendTestLines(samples, SAMPLE_FORMAT_LOG8, lines)
    console.log("sending")
    beginRun(0, true)
    drainRun()
    while (!pumpIsIdle()) await ds.sleep(POLL_MS)
}
