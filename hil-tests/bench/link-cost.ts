// Prints the cost of the link at both ends, as ratios within one run, and whether the goals are met
// (`npm run bench -- link`).

import { BURST_HEADER_LENGTH } from "../../src/shared/protocol/burst"
import { recordLength } from "../../src/shared/acquisition/line-record"
import { buildBenchProgram } from "../support/carts/bench-program"
import { decodeRates } from "./link-cost-host"
import { burstCost, type BurstCost } from "./link-cost-vm"
import { loopbackRate } from "./loopback"

const SAMPLES = 256
/** Bursts of about equal size with an increasing number of lines. */
const SHORTER = [128, 64, 32, 16]
/** 90 frames/s of 512 lines. */
const GOAL_LINES_PER_S = 46_080
const GOAL_OVERHEAD = 0.02
const GOAL_PER_LINE = 0.01
const GOAL_DECODE = 0.5

function row(what: string, value: number, unit: string): void {
    const digits = value >= 100 ? 0 : value >= 10 ? 1 : 3
    console.log(`${what.padEnd(70)} ${value.toFixed(digits).padStart(9)} ${unit}`)
}

function goal(what: string, met: boolean): void {
    console.log(`  ${met ? "goal met" : "GOAL NOT MET"}: ${what}`)
}

const usPerLine = (c: BurstCost): number => c.usPerBurst / c.linesPerBurst

/** Slope of a least-squares line: the cost of each additional line. */
function perLine(costs: readonly BurstCost[], of: (cost: BurstCost) => number): number {
    const mean = (values: readonly number[]): number =>
        values.reduce((sum, v) => sum + v, 0) / values.length
    const x = mean(costs.map(c => c.linesPerBurst))
    const y = mean(costs.map(of))
    const dx = costs.map(c => c.linesPerBurst - x)
    const dy = costs.map(c => of(c) - y)
    return mean(dx.map((d, i) => d * dy[i]!)) / mean(dx.map(d => d * d))
}

function printCost(what: string, c: BurstCost): void {
    const cells = [
        c.linesPerBurst,
        c.bytesPerBurst,
        c.usPerBurst.toFixed(0),
        usPerLine(c).toFixed(2),
        c.opsPerBurst.toFixed(0),
        (c.opsPerBurst / c.linesPerBurst).toFixed(1),
        (c.opsPerBurst - c.bridgeOpsPerBurst).toFixed(0),
    ]
    console.log(what.padEnd(22) + cells.map(cell => `${cell}`.padStart(12)).join(""))
}

async function printVm(): Promise<void> {
    const program = await buildBenchProgram("link-cost")
    console.log(
        "VM, a burst of lines from the front end's FIFO to the socket, without models and host\n" +
            " ".repeat(22) +
            ["lines/burst", "bytes", "us/burst", "us/line", "ops/burst", "ops/line", "without SPI"]
                .map(cell => cell.padStart(12))
                .join("")
    )
    const plain = await burstCost(program, SAMPLES, false)
    printCost(`${SAMPLES} samples, no tag`, plain)
    const sealed = await burstCost(program, SAMPLES, true)
    printCost(`${SAMPLES} samples, tag`, sealed)
    const shorter: BurstCost[] = []
    for (const samples of SHORTER) {
        const cost = await burstCost(program, samples, true)
        printCost(`${samples} samples, tag`, cost)
        shorter.push(cost)
    }
    console.log()
    const loopback = await loopbackRate(sealed.bytesPerBurst, 20_000)
    const vmRate = sealed.bytesPerBurst / sealed.usPerBurst
    row("VM, with tag: lines per second of VM time", 1e6 / usPerLine(sealed), "lines/s")
    row("VM, with tag", vmRate, "MB/s")
    row("plain Node program, buffer to loopback socket", loopback, "MB/s")
    row("  ratio to the VM's time", loopback / vmRate, "")
    row("  share of the tag in the VM's time", 1 - plain.usPerBurst / sealed.usPerBurst, "")
    const share = (GOAL_LINES_PER_S * usPerLine(sealed)) / 1e6
    row(`  VM time for one second of ${GOAL_LINES_PER_S} lines`, share, "s")
    goal(`${GOAL_LINES_PER_S} lines/s × ${SAMPLES} samples, authenticated`, share < 1)

    const slope = perLine(shorter, c => c.opsPerBurst)
    const part = (slope * sealed.linesPerBurst) / sealed.opsPerBurst
    row("instructions per additional line in a burst", slope, "")
    row("  share of work per line rather than per burst", 100 * part, "%")
    goal(`less than ${100 * GOAL_PER_LINE} % of the VM's work per line`, part < GOAL_PER_LINE)

    const records = sealed.linesPerBurst * recordLength(SAMPLES)
    const header = BURST_HEADER_LENGTH / (BURST_HEADER_LENGTH + records)
    const heads = recordLength(0) / recordLength(SAMPLES)
    row("bytes of burst headers and tags", 100 * header, "%")
    row("  and in each line the front end's header and CRC", 100 * heads, "%")
    goal(`headers and tags under ${100 * GOAL_OVERHEAD} % of bytes`, header < GOAL_OVERHEAD)
}

function printHost(): void {
    const r = decodeRates()
    row("CRC-32C alone, one call over all bytes", r.crc, "MB/s")
    row("CRC-32C alone, one call per line", r.crcByLine, "MB/s")
    row("HMAC-SHA-256 alone, one per burst", r.tags, "MB/s")
    const against = (what: string, rate: number): void => {
        row(what, rate, "MB/s")
        row("  of CRC-32C in one call", rate / r.crc, "")
        row("  of CRC-32C per line", rate / r.crcByLine, "")
    }
    against("host: receive, check, decode", r.checked)
    against("  with tags", r.checkedSealed)
    const both = 1 / (1 / r.crc + 1 / r.tags)
    row("  of CRC-32C and HMAC-SHA-256 alone", r.checkedSealed / both, "")
    against("host: and assemble frames", r.assembled)
    against("  with tags", r.assembledSealed)
    const half = `half of CRC-32C`
    goal(`without tags, ${half} in one call`, r.checked > GOAL_DECODE * r.crc)
    goal(`with tags, ${half} per line`, r.checkedSealed > GOAL_DECODE * r.crcByLine)
    goal(`with tags, ${half} in one call`, r.checkedSealed > GOAL_DECODE * r.crc)
}

/** Prints the cost of the link. */
export async function printLinkCost(): Promise<void> {
    await printVm()
    console.log()
    printHost()
}
