// Builds the bench program of the un0rick driver and runs it in the VM against the virtual un0rick.

import { SpiBridge, type SpiTransfer } from "../../../boards/virtual/spi/spi-bridge"
import type { Un0rick } from "../../../boards/virtual/un0rick/un0rick"
import { DeviceVm } from "../../../boards/virtual/vm/device-vm"
import { readTwinMessage, reportFrame } from "../../../boards/virtual/vm/jacdac-frame"
import { VirtualClock } from "../../../boards/virtual/vm/virtual-clock"
import { UN_SPI_MODE } from "../../../src/shared/devices/un0rick"
import {
    CHIP_UN0RICK,
    TOPIC_SPI,
    VIRTUAL_BOARD_CLASS,
} from "../../../src/shared/devices/virtual-board"
import { buildBenchProgram } from "./bench-program"

const DEVICE_ID = Uint8Array.of(0x1b, 0x0a, 0x4d, 0x5c, 0x77, 0x31, 0x20, 0x09)
const SERVICE_INDEX = 1
const ANNOUNCE_US = 500_000

/** @returns path of the bench program's bytecode */
export async function buildUn0rickBench(): Promise<string> {
    return buildBenchProgram("un0rick")
}

/** Output of the program. */
export interface Un0rickRun {
    readonly log: string[]
    /** Code and value of the fault that ended the run. */
    readonly fault: { code: number; value: number } | undefined
    /** Words of each line as sent by the VM, and the time. */
    readonly lines: { timeUs: number; words: number[] }[]
    readonly transfers: SpiTransfer[]
}

export interface Un0rickBenchOptions {
    bytecodeFile: string
    board: Un0rick
    /** Called before each transfer reaches the board. */
    onTransfer?(count: number, timeUs: number): void
}

/** Runs the program to its end, or for 2 s of virtual time. */
export async function runUn0rickBench(options: Un0rickBenchOptions): Promise<Un0rickRun> {
    const clock = new VirtualClock()
    const log: string[] = []
    const lines: Un0rickRun["lines"] = []
    const transfers: SpiTransfer[] = []
    const report = (index: number, command: number, payload: Uint8Array) =>
        vm.receive(reportFrame(DEVICE_ID, index, command, payload))
    const device = {
        transfer: (mosi: Uint8Array, timeUs: number) => {
            options.onTransfer?.(transfers.length, timeUs)
            return options.board.transfer(mosi, timeUs)
        },
    }
    const chips = []
    chips[CHIP_UN0RICK] = { name: "un0rick", device, mode: UN_SPI_MODE }
    const spi = new SpiBridge(
        clock,
        chips,
        (command, payload) => report(SERVICE_INDEX, command, payload),
        () => undefined,
        transfer => void transfers.push(transfer)
    )
    const vm = await DeviceVm.boot(options.bytecodeFile, {
        clock,
        onFrame: frame => {
            const message = readTwinMessage(frame)
            if (message?.topic === TOPIC_SPI) spi.request(message.data)
            else if (message?.topic === "line")
                lines.push({
                    timeUs: clock.nowUs,
                    words: wordsOf(message.data),
                })
        },
        onConnect: () => undefined,
        onLog: line => void log.push(line),
        randomBytes: count => new Uint8Array(count),
    })
    let count = 0
    const announce = (): void => {
        const payload = new Uint8Array(8)
        payload[0] = Math.min(++count, 15)
        new DataView(payload.buffer).setUint32(4, VIRTUAL_BOARD_CLASS, true)
        report(0, 0, payload)
        clock.after(ANNOUNCE_US, announce)
    }
    clock.after(0, announce)
    const ended = (): boolean => log.some(line => /lines done|fault \d/.test(line))
    for (let i = 0; !ended() && clock.step(2e6); i++)
        if (i % 100 === 0) await new Promise(r => setImmediate(r))
    vm.stop()
    const match = log.join("\n").match(/fault (\d+) (-?\d+)/)
    const fault = match ? { code: Number(match[1]), value: Number(match[2]) } : undefined
    return { log, fault, lines, transfers }
}

/** The words after the three bytes of a control word. */
function wordsOf(block: Uint8Array): number[] {
    const view = new DataView(block.buffer, block.byteOffset, block.length)
    return Array.from({ length: (block.length - 3) >> 1 }, (_, i) => view.getUint16(3 + 2 * i))
}
