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
 * A row begins with the number of its priority. "log" is recorded only. "neither": 308 and 314 repeat within a run
 * and are in its A-lines and bursts; 331 and 339 answer the host's own messages; 332 is the host's.
 *
 * One string, as in codes.ts: it costs the VM neither code space nor heap.
 */
const CLASSES = `
0
4 latching 107 108 112 118 119 120 136 137 163 165 166 167 176 320
3 latching 101 102 103 104 105 106 109 110 113 114 115 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 138 139 140 141 142 143 161 162 164 171 172 173 174 175 177 178 179 180 181 182 199 315 319
2 latching 312 321
2 311
1 317 330
0 log 301 302 303 304 306 307 309 310 313 316 318 322 323 324 325 326 327 328 329
0 neither 308 314 331 332 339
`

/** Priority, lamp, flashes in 0.01 Hz (0: steady), pulses of a sound, their length and the pause after the last one in ms. */
const SIGNALS = `
4 red 200 10 100 3000
3 yellow 60 3 150 3000
2 yellow 0 2 150 16000
1 none 0 0 0 0
0 none 0 0 0 0
`

/** Where the row of a code begins in {@link CLASSES}; for a code that has no class, the first row, which has no code. */
function rowOf(code: number): number {
    const at = CLASSES.indexOf(" " + code)
    let row = 0
    let next = 0
    while (next < at) {
        row = next
        next = CLASSES.indexOf("\n", row + 1)
    }
    return row
}

/** The priority of a code; 0 if it is no alarm. */
export function priorityOf(code: number): number {
    return CLASSES.charCodeAt(rowOf(code) + 1) - 48
}

/** Whether an alarm outlives its condition until it is acknowledged. */
export function isLatching(code: number): boolean {
    const row = rowOf(code)
    return CLASSES.indexOf(" latching", row) === row + 2
}

/** Whether a code belongs into the event log. The last row has those that do not. */
export function isLogged(code: number): boolean {
    return CLASSES.indexOf(" " + code) < CLASSES.indexOf("neither")
}

/** The class of a code in words, such as "high latching" or "log"; "" for a code that has none. */
export function classOf(code: number): string {
    const row = rowOf(code)
    if (row === 0) return ""
    const name = PRIORITY_NAMES[priorityOf(code)]
    const word = CLASSES.slice(row + 2, CLASSES.indexOf("\n", row + 1)).split(" ")[1]
    if (word[0] >= "0" && word[0] <= "9") return name
    return name === "" ? word : name + " " + word
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

/** The first of the 16 codes that an alarm may have which is no fault. */
export const WARNING_FIRST = 311

// Why an alarm is not over yet, as bits.
/** Its condition is true. */
const PRESENT = 1
/** Nobody has acknowledged it. */
const UNSEEN = 2

/** One alarm that has begun and is not over. */
export interface Occurrence {
    code: number
    /** PRESENT, UNSEEN or both. */
    held_by: number
}

/** All alarms of one device. */
export interface Alarms {
    /** In the order in which they began. */
    occurrences: Occurrence[]
    /** Sound is paused before this time. */
    paused_until_ms: number
}

export function noSignals(): Signalled {
    return { code: 0, sound: 0, warnings: 0 }
}

export function noAlarms(): Alarms {
    return { occurrences: [], paused_until_ms: 0 }
}

/** Clears bits of the alarm of this code, or of each for code 0, and forgets those that are over then. */
function release(alarms: Alarms, code: number, bits: number): void {
    const kept: Occurrence[] = []
    for (const one of alarms.occurrences) {
        if (code === 0 || one.code === code) one.held_by &= ~bits
        if (one.held_by) kept.push(one)
    }
    alarms.occurrences = kept
}

/** A condition became true. A code that is no alarm changes nothing, nor does a condition that is true already. */
export function begin(alarms: Alarms, code: number): void {
    if (priorityOf(code) < PRIORITY_LOW) return
    for (const one of alarms.occurrences) if (one.code === code && one.held_by & PRESENT) return
    release(alarms, code, PRESENT | UNSEEN)
    alarms.occurrences.push({ code, held_by: PRESENT | UNSEEN })
    alarms.paused_until_ms = 0
}

/** A condition became false: its alarm is over, or lasts until it is acknowledged. */
export function end(alarms: Alarms, code: number): void {
    release(alarms, code, isLatching(code) ? PRESENT : PRESENT | UNSEEN)
}

/** The operator has seen all alarms: they are silent from now on, and each is over once its condition has ended. */
export function acknowledge(alarms: Alarms): void {
    release(alarms, 0, UNSEEN)
}

/** Pauses the sound of the present alarms; lamp and text stay. */
export function pauseSound(alarms: Alarms, now_ms: number): void {
    alarms.paused_until_ms = now_ms + PAUSE_MS
}

/** What is signalled of all alarms. */
export interface Signalled {
    /** The alarm whose lamp and text are shown: of the highest priority, the one that began first. 0: none. */
    code: number
    /** The priority whose sound is on, 0 for silence: the highest of the alarms that nobody has acknowledged. */
    sound: number
    /** The alarms that are no faults: bit n is set if {@link WARNING_FIRST} + n is not over, bit n + 16 if it is acknowledged. */
    warnings: number
}

/** @param into is set, as the control loop of a cart must not allocate */
export function signalled(alarms: Alarms, now_ms: number, into: Signalled): Signalled {
    let code = 0
    let top = 0
    let sound = 0
    let warnings = 0
    for (const one of alarms.occurrences) {
        const priority = priorityOf(one.code)
        if (priority > top) {
            top = priority
            code = one.code
        }
        let bits = one.code < WARNING_FIRST ? 0 : 1 << (one.code - WARNING_FIRST)
        if (!(one.held_by & UNSEEN)) bits *= 65537
        else if (priority > sound) sound = priority
        warnings |= bits
    }
    if (now_ms < alarms.paused_until_ms) sound = 0
    into.code = code
    into.sound = sound
    into.warnings = warnings
    return into
}

/** The warnings among the bits of {@link Signalled}, in the order of their codes. */
export function warningsIn(bits: number): { code: number; acknowledged: boolean }[] {
    const warnings: { code: number; acknowledged: boolean }[] = []
    for (let n = 0; n < 16; ++n)
        if (bits & (1 << n))
            warnings.push({
                code: WARNING_FIRST + n,
                acknowledged: (bits & (65536 << n)) !== 0,
            })
    return warnings
}
