// Alarms after the model of IEC 60601-1-8: conditions begin and end, occurrences last until acknowledged, one signal at a time.

// Priorities. Information makes no sound, ends no pause and is never kept.
export const PRIORITY_INFORMATION = 1
/** Know about it. */
export const PRIORITY_LOW = 2
/** Act soon. */
export const PRIORITY_MEDIUM = 3
/** Act at once. */
export const PRIORITY_HIGH = 4
export const PRIORITY_NAMES = ["", "information", "low", "medium", "high"]

/** Time that sound is paused, unless a new condition ends the pause. */
export const PAUSE_MS = 120_000

/**
 * The class of each fault and event: priority, "latching" if an occurrence outlives its condition until it is acknowledged.
 * High: motion or transmit were out of control or could not be stopped by their first means, or the catheter is held fast.
 * Medium: the cart has stopped by itself and the procedure waits. Low: this run continues, the next one may not.
 *
 * "log" is recorded only. "neither": 308 and 314 repeat within a run
 * and are in its A-lines and bursts; 331 and 339 answer the host's own messages.
 *
 * One string, as in codes.ts: it costs the VM neither code space nor heap.
 */
const CLASSES = `
high latching 107 108 112 118 119 120 136 137 163 165 166 167 176 320
medium latching 101 102 103 104 105 106 109 110 113 114 115 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 138 139 140 141 142 143 161 162 164 171 172 173 174 175 177 178 179 180 181 182 199 315 319
low latching 312 321
low 311
information 317 330
log 301 302 303 304 306 307 309 310 313 316 318 322 323 324 325 326
neither 308 314 331 339
`

/** Priority, lamp, flashes in 0.01 Hz (0: steady), pulses of a sound, their length and the pause after the last one in ms. */
const SIGNALS = `
4 red 200 10 100 3000
3 yellow 60 3 150 3000
2 yellow 0 2 150 16000
1 none 0 0 0 0
0 none 0 0 0 0
`

/** The first words of a code's row, or "" for a code that has no class. */
export function classOf(code: number): string {
    const at = CLASSES.indexOf(" " + code)
    if (at < 0) return ""
    let from = 1
    let end = CLASSES.indexOf("\n", from)
    while (end < at) {
        from = end + 1
        end = CLASSES.indexOf("\n", from)
    }
    const row = CLASSES.slice(from, end)
    let length = row.indexOf(" ")
    if (row.indexOf(" latching") === length) length += 9
    return row.slice(0, length)
}

/** The priority of a code; 0 if it is no alarm. */
export function priorityOf(code: number): number {
    const name = classOf(code)
    for (let p = PRIORITY_INFORMATION; p <= PRIORITY_HIGH; ++p)
        if (name.indexOf(PRIORITY_NAMES[p]) === 0) return p
    return 0
}

/** Whether an alarm outlives its condition until it is acknowledged. */
export function isLatching(code: number): boolean {
    return classOf(code).indexOf(" latching") > 0
}

/** Lamp and sound of a priority. */
export interface Signal {
    lamp: string
    /** Flashes of the lamp in 0.01 Hz; 0: steady. */
    flash_chz: number
    pulses: number
    pulse_ms: number
    interval_ms: number
}

/** Lamp and sound of a priority; that of 0 is dark and silent. */
export function signalOf(priority: number): Signal {
    const from = SIGNALS.indexOf("\n" + priority + " ") + 1
    const words = SIGNALS.slice(from, SIGNALS.indexOf("\n", from)).split(" ")
    return {
        lamp: words[1],
        flash_chz: parseInt(words[2]),
        pulses: parseInt(words[3]),
        pulse_ms: parseInt(words[4]),
        interval_ms: parseInt(words[5]),
    }
}

/** One alarm that has begun and is not over. */
export interface Occurrence {
    code: number
    priority: number
    since_ms: number
    /** Whether the condition is true now. */
    present: boolean
    acknowledged: boolean
}

/** All alarms of one device. */
export interface Alarms {
    /** In the order in which they began. */
    occurrences: Occurrence[]
    /** Sound is paused before this time. */
    paused_until_ms: number
}

export function noAlarms(): Alarms {
    return { occurrences: [], paused_until_ms: 0 }
}

function occurrenceOf(alarms: Alarms, code: number): Occurrence | undefined {
    for (const one of alarms.occurrences) if (one.code === code) return one
    return undefined
}

function remove(alarms: Alarms, gone: Occurrence): void {
    alarms.occurrences = alarms.occurrences.filter(one => one !== gone)
}

/**
 * A condition became true. A code that is no alarm changes nothing.
 * @returns whether an alarm began; false while it lasts
 */
export function begin(alarms: Alarms, code: number, now_ms: number): boolean {
    const priority = priorityOf(code)
    const old = occurrenceOf(alarms, code)
    if (priority < PRIORITY_LOW || (old && old.present)) return false
    if (old) remove(alarms, old)
    alarms.occurrences.push({
        code,
        priority,
        since_ms: now_ms,
        present: true,
        acknowledged: false,
    })
    alarms.paused_until_ms = 0
    return true
}

/** A condition became false: its alarm is over, or lasts until it is acknowledged. */
export function end(alarms: Alarms, code: number): void {
    const one = occurrenceOf(alarms, code)
    if (!one) return
    one.present = false
    if (one.acknowledged || !isLatching(code)) remove(alarms, one)
}

/** The operator has seen an alarm: it is silent from now on, and over once its condition has ended. */
export function acknowledge(alarms: Alarms, code: number): void {
    const one = occurrenceOf(alarms, code)
    if (!one) return
    one.acknowledged = true
    if (!one.present) remove(alarms, one)
}

/** Pauses the sound of the present alarms; lamp and text stay. */
export function pauseSound(alarms: Alarms, now_ms: number): void {
    alarms.paused_until_ms = now_ms + PAUSE_MS
}

/** The alarm whose lamp and text are shown: of the highest priority, the one that began first. */
export function mostUrgent(alarms: Alarms): Occurrence | undefined {
    let top: Occurrence | undefined
    for (const one of alarms.occurrences) if (!top || one.priority > top.priority) top = one
    return top
}

/** The priority whose sound is on, 0 for silence: the highest of the alarms that are not acknowledged. */
export function soundPriority(alarms: Alarms, now_ms: number): number {
    let top = 0
    if (now_ms < alarms.paused_until_ms) return top
    for (const one of alarms.occurrences)
        if (!one.acknowledged && one.priority > top) top = one.priority
    return top
}
