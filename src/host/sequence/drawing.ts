// Draws a planned sequence as text: elements and pairs, the timing of one firing, the budget.

import {
    UN_GAIN_STEPS,
    UN_LEAD_WORDS,
    UN_STEP_WORDS,
    un0rickGainCdb,
} from "../../shared/devices/un0rick"
import {
    type Catheter,
    FRONT_END_UN0RICK,
    KIND_ARRAY,
    KIND_ROTATIONAL,
} from "../../shared/acquisition/catheters"
import { edgeOffsetUm } from "../../shared/acquisition/echo-pulse"
import { FIRING_OVERHEAD_NS } from "../../shared/acquisition/sequence-budget"
import type { CatheterSpec } from "./catheter-spec"
import type { BudgetRow, SequencePlan } from "./sequence-plan"
import { un0rickGains, un0rickSettingsCrc } from "./firing-check"
import { tgcPicture } from "./tgc"
import { firingTimes } from "./txrx"

/** Half as many rows as columns, as a character is twice as high as wide. */
const RING_ROWS = 13
const RING_COLUMNS = 2 * RING_ROWS - 1
const BAR = 64

export function drawing(plan: SequencePlan): string {
    const { spec } = plan
    return [
        ...about(plan),
        "",
        ...(spec.kind === KIND_ARRAY
            ? arrayPicture(plan)
            : spec.kind === KIND_ROTATIONAL
              ? rotorPicture(plan)
              : singlePicture(plan)),
        "",
        ...firingPicture(plan),
        "",
        ...tgcPicture(plan.sequence.tgc.gainsCdb, plan.sequence.tgc.stepNs, spec.depth_um),
        "",
        ...budgetTable(plan.rows),
    ].join("\n")
}

const mm = (um: number): string => String(um / 1000)

function about({ spec, sequence, ...plan }: SequencePlan): string[] {
    const { gainsCdb } = sequence.tgc
    const [first, ...others] = gainsCdb.map(cdb => (cdb / 100).toFixed(1))
    return [
        `catheter  ${spec.id}, ${spec.vessels}: ${spec.centre_frequency_khz / 1000} MHz, bandwidth ${spec.bandwidth_percent} %, ${elementText(spec)}`,
        `          radius ${mm(spec.catheter_radius_um)} mm, ring-down to ${mm(spec.catheter_radius_um + spec.ring_down_um)} mm, depth ${mm(spec.depth_um)} of at most ${mm(spec.depth_max_um)} mm, stroke ${mm(spec.stroke_um)} mm`,
        `frame     ${sequence.lines} lines of ${spec.samples_per_line} samples from ${sequence.firings} pulses, ${plan.frameRateMhz / 1000} frames/s, ${sequence.trigger}`,
        `pulse     ${spec.pulse_cycles} cycles at ±${spec.supply_mv / 1000} V; the leading edge of an echo is half-way ${edgeOffsetUm(spec)} um behind the interface`,
        `gain      ${first} dB at the centre, ${others.at(-1)} dB at ${mm(spec.depth_um)} mm, ${gainsCdb.length} points, ${spec.tgc_points ? "as given" : "a straight line"}`,
        ...(spec.front_end === FRONT_END_UN0RICK
            ? un0rickLoaded({ ...spec, tgc_cdb: [...gainsCdb] })
            : [
                  `table     ${sequence.ops.length} entries, ${plan.tableBytes} bytes, CRC-32C ${hex(plan.tableCrc)}, read back and compared before arming`,
                  `          table and gain, as reported by a run: CRC-32C ${hex(plan.sequenceCrc)}`,
              ]),
    ]
}

/** For an un0rick: there is no table, the controller starts each A-line. */
function un0rickLoaded(catheter: Catheter): string[] {
    const steps = Math.ceil((UN_LEAD_WORDS + catheter.samples_per_line) / UN_STEP_WORDS)
    const gains = un0rickGains(catheter).slice(0, steps)
    return [
        "loaded    no table: the controller starts each A-line",
        `          pulse and ${UN_GAIN_STEPS} steps of gain, CRC-32C ${hex(un0rickSettingsCrc(catheter))}, read back and compared before arming`,
        `          gain steps: ${gains.map(code => (un0rickGainCdb(code) / 100).toFixed(2)).join(", ")} dB, each for 6.2 mm`,
    ]
}

const hex = (crc: number): string => `0x${crc.toString(16).padStart(8, "0")}`

function elementText(spec: CatheterSpec): string {
    if (spec.kind === KIND_ARRAY) return `${spec.elements} elements`
    if (spec.kind === KIND_ROTATIONAL)
        return `one element rotating ${spec.rotor_direction} at ${spec.rpm_min} to ${spec.rpm_max} rpm`
    return "one fixed element"
}

/** A circle of characters; `mark` returns the character at a fraction of the circle, clockwise from the top. */
function ring(mark: (fraction: number) => string): string[] {
    const grid = Array.from({ length: RING_ROWS }, () => Array<string>(RING_COLUMNS).fill(" "))
    const rank = " .or*TRX0"
    for (let i = 0; i < 512; i++) {
        const fraction = i / 512
        const angle = 2 * Math.PI * fraction
        const half = (RING_ROWS - 1) / 2
        const row = grid[Math.round(half - half * Math.cos(angle))]!
        const column = Math.round(2 * half + 2 * half * Math.sin(angle))
        const now = mark(fraction)
        // If several marks share a place, the most important is shown.
        if (rank.indexOf(now) > rank.indexOf(row[column]!)) row[column] = now
    }
    return grid.map(row => row.join(""))
}

/** Two columns of text side by side, the left one with fixed width. */
function beside(left: readonly string[], right: readonly string[]): string[] {
    const rows = Math.max(left.length, right.length)
    return Array.from({ length: rows }, (_, i) =>
        `  ${(left[i] ?? "").padEnd(RING_COLUMNS)}    ${right[i] ?? ""}`.trimEnd()
    )
}

/** Abbreviates runs of consecutive numbers: 62 63 0 1 becomes "62..63 0..1". */
function runs(numbers: readonly number[]): string {
    const parts: [number, number][] = []
    for (const n of numbers) {
        const last = parts.at(-1)
        if (last && n === last[1] + 1) last[1] = n
        else parts.push([n, n])
    }
    const texts = parts.map(([a, b]) => (a === b ? `${a}` : `${a}..${b}`))
    return texts.length > 8
        ? `${texts.slice(0, 8).join(" ")} … (${numbers.length})`
        : texts.join(" ")
}

const ROWS_SHOWN = 8

function arrayPicture({ spec, sequence, listsPairs }: SequencePlan): string[] {
    const { ops } = sequence
    // Consecutive pairs of one transmitter are one row.
    const rows: { tx: number; rx: number[] }[] = []
    for (const { tx, rx } of ops) {
        const last = rows.at(-1)
        if (last?.tx === tx.aperture) last.rx.push(rx.aperture)
        else rows.push({ tx: tx.aperture, rx: [rx.aperture] })
    }
    const [first] = rows
    const receivers = new Set(first!.rx)
    const elementAt = (fraction: number): number => Math.floor(fraction * spec.elements)
    const picture = ring(fraction => {
        const element = elementAt(fraction)
        if (listsPairs && element === first!.tx) return "T"
        if (listsPairs && receivers.has(element)) return "r"
        return "o"
    })
    const list = rows.map(({ tx, rx }) => `tx ${String(tx).padStart(2)} -> rx ${runs(rx)}`)
    const left = list.length - ROWS_SHOWN - 1
    const shown =
        left > 0
            ? [...list.slice(0, ROWS_SHOWN), `… ${left} more transmitters …`, list.at(-1)!]
            : list
    const text = listsPairs
        ? [
              `${ops.length} pairs, summed into ${sequence.lines} lines`,
              "T transmits first, r receive it",
              "",
              ...shown,
          ]
        : [
              "The front end chooses the pairs itself:",
              `${sequence.firings} per frame, ${(sequence.firings / sequence.lines).toFixed(1)} per line, which it sums.`,
              "Line 0 is at the top, at element 0.",
          ]
    return beside(picture, text)
}

function rotorPicture({ spec, sequence, frameRateMhz }: SequencePlan): string[] {
    const lines = sequence.lines
    const picture = ring(fraction => (fraction === 0 ? "0" : (fraction * 8) % 1 === 0 ? "X" : "."))
    return beside(picture, [
        `${lines} lines per revolution, one every ${(360 / lines).toFixed(3)} degrees,`,
        "each triggered by the rotor's encoder",
        `${((60 * frameRateMhz) / 1000).toFixed(0)} rpm ${spec.rotor_direction}: one revolution per frame`,
        "",
        "0  line 0",
        `X  every ${lines / 8}th line`,
    ])
}

function singlePicture({ sequence }: SequencePlan): string[] {
    return [
        "  [element] )))  )  )  )  )   transmits and receives",
        "",
        `  ${sequence.lines} successive lines, free-running`,
    ]
}

const us = (ns: number): string => (ns / 1000).toFixed(2)

function firingPicture({ spec, sequence }: SequencePlan): string[] {
    const t = firingTimes(spec, sequence)
    const deadEndNs = t.roundTripNs + FIRING_OVERHEAD_NS
    const spans: [mark: string, endNs: number, what: string][] = [
        ["T", t.transmitNs, "transmit"],
        ["r", t.ringDownNs, "ring-down"],
        ["=", t.roundTripNs, `echo to ${mm(spec.depth_um)} mm`],
        ["x", deadEndNs, "dead time: switching, reverberation"],
        [".", t.intervalNs, "idle until the next pulse"],
    ]
    const wholeNs = Math.max(deadEndNs, t.intervalNs)
    let bar = ""
    for (const [mark, endNs] of spans) {
        const to = Math.min(BAR, Math.round((BAR * endNs) / wholeNs))
        // Sections shorter than one character are drawn as one.
        bar += mark.repeat(Math.max(to - bar.length, mark === "T" || mark === "r" ? 1 : 0))
    }
    let from = 0
    const legend = spans.flatMap(([mark, endNs, what]) => {
        if (endNs <= from) return []
        const text = `  ${mark}  ${us(from).padStart(9)} to ${us(endNs).padStart(9)} us  ${what}`
        from = endNs
        return [text]
    })
    return [
        `one firing, ${us(t.intervalNs)} us from pulse to pulse`,
        `  |${bar.slice(0, BAR)}|`,
        ...legend,
        ...(t.intervalNs < deadEndNs
            ? [`  the next pulse is ${us(deadEndNs - t.intervalNs)} us too early`]
            : []),
    ]
}

const figure = (value: number): string =>
    Number.isInteger(value) ? String(value) : value.toPrecision(4)

export function percentOf({ needs, has }: BudgetRow): number {
    return (100 * needs) / has
}

function budgetTable(rows: readonly BudgetRow[]): string[] {
    return [
        `${"budget".padEnd(20)} ${"needed".padStart(9)} ${"available".padStart(9)} ${"".padEnd(9)} ${"%".padStart(6)}`,
        ...rows.map(row => {
            const { what, needs, has, unit } = row
            const percent = percentOf(row)
            return `${what.padEnd(20)} ${figure(needs).padStart(9)} ${figure(has).padStart(9)} ${unit.padEnd(9)} ${percent.toFixed(1).padStart(6)}${needs > has ? "  too much" : ""}`
        }),
        `(the capacity of the link is an assumption unless given; it was not measured)`,
    ]
}
