// A program that runs the un0rick driver alone. hil-tests/acquisition/un0rick.test.ts builds it and runs it against the
// virtual un0rick.

import * as ds from "@devicescript/core"
import { catheterOf } from "../../shared/acquisition/catheters"
import { sentenceOf } from "../../shared/codes"
import { UN_SPI_HZ, UN_SPI_MODE, un0rickSwitch } from "../../shared/devices/un0rick"
import { CHIP_UN0RICK } from "../../shared/devices/virtual-board"
import {
    beginUn0rick,
    finishLine,
    line_block,
    line_words,
    loadUn0rick,
    openUn0rick,
    prepareLine,
    startLine,
    testMemory,
} from "../acquisition/un0rick/un0rick"
import { CartFault } from "../platform/cart-fault"
import { openVirtualChip } from "../platform/virtual-bridge"

/** Topic of the twin messages with a line each. */
const TOPIC_LINE = "line"
const LINES = 16

async function run(id: string): Promise<void> {
    const catheter = catheterOf(id)
    if (!catheter) return
    const chip = await openVirtualChip(CHIP_UN0RICK, UN_SPI_MODE, UN_SPI_HZ)
    openUn0rick(chip, 1)
    await beginUn0rick()
    await loadUn0rick(catheter)
    await testMemory()
    console.log("self test passed, words " + line_words)
    for (let i = 0; i < LINES; ++i) {
        await prepareLine(un0rickSwitch(i))
        await startLine()
        await finishLine()
        await ds._twinMessage(TOPIC_LINE, line_block)
    }
    console.log("lines done")
}

try {
    await run("array-20mhz")
} catch (e) {
    const fault = e as CartFault
    console.log("fault " + fault.code + " " + fault.value)
    console.log(sentenceOf(fault.code))
}
