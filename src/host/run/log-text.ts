// The entries of a cart's event log: their dates, and each as a line for a person or as an object for a program.

import { classOf } from "../../shared/alarms"
import { STATE_NAMES } from "../../shared/cart-machine"
import * as codes from "../../shared/codes"
import { PRIORITY_INFORMATION, PRIORITY_NAMES, priorityOf } from "../../shared/alarms"
import { sentenceOf } from "../../shared/codes"
import type { LogEntry } from "../../shared/protocol/messages"
import { refusalText } from "../sequence/refusal-text"
import { technicianText, valueText } from "./alarm-text"
import { causeText } from "./restart-text"

/** An entry, with its date in ms since 1970 UTC if that is known. */
export interface DatedEntry extends LogEntry {
    readonly dateMs: number | undefined
}

/**
 * The entries with the dates that follow from the entries of the host's dates in the same start of the cart: the last one before
 * an entry, else the first one after it.
 */
export function dated(entries: readonly LogEntry[]): DatedEntry[] {
    const starts = startsOf(entries)
    const dates = entries.filter(e => e.code === codes.EVENT_DATE)
    return entries.map(entry => {
        const ofStart = dates.filter(d => starts.get(d) === starts.get(entry))
        const from = ofStart.filter(d => d.number <= entry.number).at(-1) ?? ofStart[0]
        // A date is stored as u32, and read as i32.
        const dateMs = from && (from.value >>> 0) * 1000 + entry.time_ms - from.time_ms
        return { ...entry, dateMs: entry.code === 0 ? undefined : dateMs }
    })
}

/** Counts the starts: each has its number of the start, and begins with the entry of its cause. */
function startsOf(entries: readonly LogEntry[]): Map<LogEntry, number> {
    const starts = new Map<LogEntry, number>()
    let start = 0
    let boots: number | undefined
    for (const entry of entries) {
        const { code } = entry
        if (code !== 0 && (code === codes.EVENT_RESTART || entry.boots !== boots)) {
            start++
            boots = entry.boots
        }
        starts.set(entry, start)
    }
    return starts
}

const HOLDERS = ["nobody", "the host", "a bedside unit"]
const mm = (nm: number): string => `${(nm / 1e6).toFixed(3)} mm`
const nothing = (): undefined => undefined

/** The values of events that only the log shows; the others: alarm-text.ts. */
const VALUES: Readonly<Record<number, (value: number) => string | undefined>> = {
    [codes.EVENT_STATE]: state => STATE_NAMES[state] ?? `state ${state}`,
    [codes.EVENT_HOMED]: mm,
    [codes.EVENT_WINDOW_STARTED]: mm,
    [codes.EVENT_WINDOW_ENDED]: mm,
    [codes.EVENT_ACKNOWLEDGED]: nothing,
    [codes.EVENT_SETUP]: mm,
    [codes.EVENT_STOPPED]: mm,
    [codes.EVENT_CALIBRATED]: nothing,
    [codes.EVENT_SPEED]: nmS => `${nmS / 1e6} mm/s`,
    [codes.EVENT_JOG_RELEASED]: mm,
    [codes.EVENT_CATHETER]: serial => `serial number ${serial >>> 0}`,
    [codes.EVENT_CONTROL]: holder => HOLDERS[holder] ?? `${holder}`,
    [codes.EVENT_DATE]: unixS => `${isoDate((unixS >>> 0) * 1000)}`,
    [codes.EVENT_LOG]: count => `${count} entries`,
    [codes.EVENT_PACKETS]: count => `${count} since the start`,
    [codes.EVENT_RESTART]: causeText,
    [codes.EVENT_MARK]: mm,
    [codes.EVENT_GAIN]: db => `${db} dB`,
}

const isRefusal = (code: number): boolean => code > 200 && code < 300

/** Undefined if the value says nothing. */
function detailOf({ code, value }: LogEntry): string | undefined {
    if (isRefusal(code)) {
        const detail = refusalText(code, value).slice(sentenceOf(code).length)
        return detail === "" ? undefined : detail.slice(2, -1)
    }
    const own = VALUES[code]
    if (own) return own(value)
    return valueText(code, value) ?? (value === 0 ? undefined : `value ${value}`)
}

/** The sentence of the code, with its value. */
function textOf(entry: LogEntry): string {
    const { code } = entry
    const detail = detailOf(entry)
    const priority = priorityOf(code)
    const kind = isRefusal(code)
        ? "refused: "
        : priority > PRIORITY_INFORMATION
          ? `${PRIORITY_NAMES[priority]!} alarm: `
          : ""
    const sentence = `${kind}${technicianText(code)}`
    return detail === undefined ? sentence : `${sentence} (${detail})`
}

const isoDate = (ms: number): string => new Date(ms).toISOString()
const two = (n: number): string => `${Math.floor(n)}`.padStart(2, "0")

/** In the time zone of this computer: 2026-11-30 11:20:05. */
function localDate(ms: number): string {
    const d = new Date(ms)
    return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`
}

/** The time since a start: boot 12 +00:03:21. */
function sinceStart({ boots, time_ms }: LogEntry): string {
    const s = time_ms / 1000
    return `boot ${boots} +${two(s / 3600)}:${two((s / 60) % 60)}:${two(s % 60)}`
}

const stateName = (state: number): string => STATE_NAMES[state] ?? `state ${state}`
const TIME_WIDTH = 19
const STATE_WIDTH = Math.max(...STATE_NAMES.map(name => name.length))

/** One line: date, or start and time since it, then state, code, sentence and value. */
export function logLine(entry: DatedEntry): string {
    const { number, code, state, dateMs } = entry
    if (code === 0) return `${"".padEnd(TIME_WIDTH)}  entry ${number} is damaged and cannot be read`
    const time = dateMs === undefined ? sinceStart(entry) : localDate(dateMs)
    return [
        time.padEnd(TIME_WIDTH),
        stateName(state).padEnd(STATE_WIDTH),
        `${code} ${textOf(entry)}`,
    ].join("  ")
}

/** For a program; the date is in UTC, or null. */
export function logObject(entry: DatedEntry): object {
    const { number, boots, time_ms, state, code, value, dateMs } = entry
    if (code === 0) return { number, damaged: true }
    return {
        ...{ number, date: dateMs === undefined ? null : isoDate(dateMs) },
        ...{ boot: boots, time_ms, state: stateName(state), code },
        class: isRefusal(code) ? "refusal" : classOf(code),
        ...{ text: sentenceOf(code), value, value_text: detailOf(entry) ?? null },
    }
}
