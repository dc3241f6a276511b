// The commands of the display chips SSD1306 and SSD1309, and the registers that they set.
// Sources: Solomon Systech SSD1306 rev. 1.1 with application note, and SSD1309 rev. 1.1, "Command table".

export type DisplayChip = "ssd1306" | "ssd1309"

export interface Registers {
    isOn: boolean
    /** All pixels lit, whatever the memory holds. */
    allOn: boolean
    inverse: boolean
    /** All commands but the one that unlocks are ignored; SSD1309 only. */
    isLocked: boolean
    /** Supplies the panel; SSD1306 only. */
    chargePump: boolean
    contrast: number
    /** Addressing: 0 horizontal, 1 vertical, 2 page. */
    mode: number
    columnStart: number
    columnEnd: number
    pageStart: number
    pageEnd: number
    startLine: number
    /** Rows in use. */
    multiplex: number
    offset: number
    segmentsRemapped: boolean
    comsReversed: boolean
    comPins: number
}

/** The address pointer of the memory. */
interface Pointer {
    readonly columnPointer: number
    moveTo(column: number | undefined, page: number | undefined): void
}

interface CommandOfChip {
    readonly parameters: number
    /** Undefined for what this model does not show: timing, voltages, scrolling. */
    readonly run?: (r: Registers, code: number, p: readonly number[], pointer: Pointer) => void
}

type Entry = readonly [first: number, last: number, command: CommandOfChip]

const PAGE_MODE = 2
const nothing = (parameters: number): CommandOfChip => ({ parameters })

const BOTH: readonly Entry[] = [
    [0x00, 0x0f, { parameters: 0, run: (r, code, _p, at) => setColumn(r, at, 0x0f, code & 15) }],
    [
        0x10,
        0x1f,
        { parameters: 0, run: (r, code, _p, at) => setColumn(r, at, 0x70, (code & 7) << 4) },
    ],
    [0x20, 0x20, { parameters: 1, run: (r, _c, [mode]) => void (r.mode = mode! & 3) }],
    [
        0x21,
        0x21,
        {
            parameters: 2,
            run: (r, _c, [start, end], at) => {
                r.columnStart = start! & 0x7f
                r.columnEnd = end! & 0x7f
                at.moveTo(r.columnStart, undefined)
            },
        },
    ],
    [
        0x22,
        0x22,
        {
            parameters: 2,
            run: (r, _c, [start, end], at) => {
                r.pageStart = start! & 7
                r.pageEnd = end! & 7
                at.moveTo(undefined, r.pageStart)
            },
        },
    ],
    [0x2e, 0x2f, nothing(0)],
    [0x40, 0x7f, { parameters: 0, run: (r, code) => void (r.startLine = code & 63) }],
    [0x81, 0x81, { parameters: 1, run: (r, _c, [contrast]) => void (r.contrast = contrast!) }],
    [0xa0, 0xa1, { parameters: 0, run: (r, code) => void (r.segmentsRemapped = (code & 1) === 1) }],
    [0xa4, 0xa5, { parameters: 0, run: (r, code) => void (r.allOn = (code & 1) === 1) }],
    [0xa6, 0xa7, { parameters: 0, run: (r, code) => void (r.inverse = (code & 1) === 1) }],
    [0xa8, 0xa8, { parameters: 1, run: (r, _c, [ratio]) => setMultiplex(r, ratio! & 63) }],
    [0xae, 0xaf, { parameters: 0, run: (r, code) => void (r.isOn = (code & 1) === 1) }],
    [
        0xb0,
        0xb7,
        {
            parameters: 0,
            run: (r, code, _p, at) => {
                if (r.mode === PAGE_MODE) at.moveTo(undefined, code & 7)
            },
        },
    ],
    [0xc0, 0xcf, { parameters: 0, run: (r, code) => void (r.comsReversed = (code & 8) !== 0) }],
    [0xd3, 0xd3, { parameters: 1, run: (r, _c, [offset]) => void (r.offset = offset! & 63) }],
    [0xd5, 0xd5, nothing(1)],
    [0xd9, 0xd9, nothing(1)],
    [0xda, 0xda, { parameters: 1, run: (r, _c, [pins]) => void (r.comPins = pins!) }],
    [0xdb, 0xdb, nothing(1)],
    [0xe3, 0xe3, nothing(0)],
]

const ONLY_1306: readonly Entry[] = [
    [0x26, 0x27, nothing(6)],
    [0x29, 0x2a, nothing(5)],
    [0xa3, 0xa3, nothing(2)],
    // Application note: 14h enables the charge pump, 10h disables it.
    [
        0x8d,
        0x8d,
        { parameters: 1, run: (r, _c, [pump]) => void (r.chargePump = (pump! & 4) !== 0) },
    ],
    // Internal or external reference current.
    [0xad, 0xad, nothing(1)],
]

const ONLY_1309: readonly Entry[] = [
    [0x26, 0x27, nothing(7)],
    [0x29, 0x2a, nothing(6)],
    [0x2c, 0x2d, nothing(7)],
    [0xa3, 0xa3, nothing(2)],
    // GPIO pin.
    [0xdc, 0xdc, nothing(1)],
    // 16h locks, 12h unlocks.
    [0xfd, 0xfd, { parameters: 1, run: (r, _c, [lock]) => void (r.isLocked = (lock! & 4) !== 0) }],
]

/** A command by its code, or undefined if the chip has none with this code. */
export const COMMANDS_1306 = tableOf([...BOTH, ...ONLY_1306])
export const COMMANDS_1309 = tableOf([...BOTH, ...ONLY_1309])

function tableOf(entries: readonly Entry[]): (code: number) => CommandOfChip | undefined {
    const table: (CommandOfChip | undefined)[] = new Array<undefined>(256).fill(undefined)
    for (const [first, last, command] of entries)
        for (let code = first; code <= last; code++) table[code] = command
    return code => table[code]
}

/** "This command is only for page addressing mode." */
function setColumn(r: Registers, at: Pointer, mask: number, bits: number): void {
    if (r.mode === PAGE_MODE) at.moveTo((at.columnPointer & ~mask) | bits, undefined)
}

/** "From 16 to 64; 0 to 14 are invalid entries." */
function setMultiplex(r: Registers, ratio: number): void {
    if (ratio >= 15) r.multiplex = ratio + 1
}
