// Responsible for: a program of its own that sends known lines of several lengths through the cart's own data path, as fast as it goes.
// Not for: the cart; hil-tests/bench/link-cost.ts builds and runs it, and counts what it costs.

import { FRONT_END_LINE_ENGINE } from "../../shared/acquisition/catheters"
import * as ds from "@devicescript/core"
import { readSetting } from "@devicescript/settings"
import { SAMPLE_FORMAT_LOG8 } from "../../shared/acquisition/line-record"
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
import { Link } from "../link/link"
import { openBoard } from "../platform/open-board"
import { linkSettings } from "../platform/settings"

/** Bytes of a burst stay about the same: short lines make many of them in one. */
const SETTING_SAMPLES = "bench_samples"
/** A burst is a whole number of blocks, and this a multiple of any such: little is left over that does not fill one. */
const BLOCKS = 6
/** Lines that the FIFO holds. */
const FIFO_LINES = 2048
/** Looks so often whether all has gone; each look costs a little. */
const LOOK_MS = 20

const board = await openBoard()
const settings = await linkSettings()
openEngineBus(board.openFrontEnd(FRONT_END_LINE_ENGINE), board.link_bytes_per_s)
const link = new Link(
    settings,
    async () => undefined,
    async () => undefined
)
openBurstBuffer(BURST_PIECES)
openPump(
    line_engine.service,
    fifo_reader,
    link,
    { speedEpoch: () => 0, speedBefore: () => 0 },
    1000
)
const linking = async () => {
    for (;;) {
        await link.step(ds.millis())
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
while (!link.isOpen()) await ds.sleep(LOOK_MS)
for (;;) {
    await line_engine.sendTestLines(samples, SAMPLE_FORMAT_LOG8, lines)
    console.log("sending")
    beginRun(0, true)
    drainRun()
    while (!pumpIsIdle()) await ds.sleep(LOOK_MS)
}
