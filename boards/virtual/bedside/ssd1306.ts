// Model of the display of a bedside unit: an SSD1306 or SSD1309 on I2C, with 128 × 64 pixels.
// Sources: Solomon Systech SSD1306 rev. 1.1 and SSD1309 rev. 1.1, "MCU I2C interface", "Command table", "Command descriptions".

import { COMMANDS_1306, COMMANDS_1309, type DisplayChip, type Registers } from "./ssd1306-commands"

export const WIDTH = 128
export const HEIGHT = 64
const PAGES = HEIGHT / 8

/** Control byte: another one follows after the next byte; the bytes that follow are data. */
const CONTINUES = 0x80
const IS_DATA = 0x40

/** Addressing modes. */
const HORIZONTAL = 0
const VERTICAL = 1

export interface DisplayOptions {
    /** Default: an SSD1309, which supplies its panel from outside. */
    readonly chip?: DisplayChip
    /** I2C address; default 0x3c, SA0 low. */
    readonly address?: number
    /** Contents of the memory after power-on, which the data sheet leaves open: called for each byte. Default: zeros. */
    readonly randomByte?: () => number
}

/** One image that has been written completely. */
export interface Frame {
    readonly timeUs: number
}

export class Ssd1306 {
    readonly address: number
    /** Bytes that are no command of the chip, in the order in which they came. */
    readonly unknown: number[] = []
    /** Images written completely since power-on: each time the address pointer returned to the start of its window. */
    readonly frames: Frame[] = []
    /** Grows with each change of what may be visible. */
    version = 0
    /** GDDRAM: page after page, a byte for each column, its lowest bit on top. */
    readonly memory = new Uint8Array(PAGES * WIDTH)
    private readonly chip: DisplayChip
    private registers!: Registers
    private column = 0
    private page = 0
    /** Command whose parameters are still missing. */
    private pending: number[] = []

    constructor(private readonly options: DisplayOptions = {}) {
        this.chip = options.chip ?? "ssd1309"
        this.address = options.address ?? 0x3c
        this.reset()
    }

    /** Power-on reset: registers as in the data sheet, memory undefined. */
    reset(): void {
        const { randomByte } = this.options
        this.registers = initialRegisters()
        this.memory.fill(0)
        if (randomByte) for (let i = 0; i < this.memory.length; i++) this.memory[i] = randomByte()
        this.column = 0
        this.page = 0
        this.pending = []
        this.unknown.length = 0
        this.frames.length = 0
        this.version++
    }

    /** The bytes after the address of one I2C write. */
    write(bytes: Uint8Array, timeUs: number): void {
        let at = 0
        while (at < bytes.length) {
            const control = bytes[at++]!
            const end = control & CONTINUES ? Math.min(at + 1, bytes.length) : bytes.length
            for (; at < end; at++)
                if (control & IS_DATA) this.data(bytes[at]!, timeUs)
                else this.command(bytes[at]!)
        }
    }

    /** Contrast step, 0 to 255. */
    get contrast(): number {
        return this.registers.contrast
    }

    /** Whether the panel is lit: on, and supplied. */
    get isOn(): boolean {
        return this.registers.isOn && (this.chip === "ssd1309" || this.registers.chargePump)
    }

    /** What is visible, row by row from top left, 1 for a lit pixel. */
    get pixels(): Uint8Array {
        const pixels = new Uint8Array(WIDTH * HEIGHT)
        if (!this.isOn) return pixels
        const { inverse, allOn } = this.registers
        for (let y = 0; y < HEIGHT; y++) {
            const row = this.rowAt(y)
            if (row === undefined) continue
            for (let x = 0; x < WIDTH; x++) {
                const bit = (this.memory[(row >> 3) * WIDTH + this.columnAt(x)]! >> (row & 7)) & 1
                pixels[y * WIDTH + x] = allOn || (bit === 1) !== inverse ? 1 : 0
            }
        }
        return pixels
    }

    /** What is visible as 1,024 bytes: 8 rows after 8 rows, a byte for each column, its lowest bit on top. */
    get packed(): Uint8Array {
        const packed = new Uint8Array(PAGES * WIDTH)
        this.pixels.forEach((lit, i) => {
            const [y, x] = [Math.floor(i / WIDTH), i % WIDTH]
            if (lit) packed[(y >> 3) * WIDTH + x]! |= 1 << (y & 7)
        })
        return packed
    }

    /** Row of the memory that is shown in row `y` of the glass, whose top is COM63; undefined if none is. */
    private rowAt(y: number): number | undefined {
        const { comsReversed, multiplex, offset, startLine } = this.registers
        const com = HEIGHT - 1 - y
        const scanned = (comsReversed ? multiplex - 1 - com + offset : com + offset) & 63
        return scanned < multiplex ? (scanned + startLine) & 63 : undefined
    }

    /** Column of the memory that is shown in column `x` of the glass, whose left is SEG127. */
    private columnAt(x: number): number {
        return this.registers.segmentsRemapped ? x : WIDTH - 1 - x
    }

    private data(byte: number, timeUs: number): void {
        const at = this.page * WIDTH + this.column
        if (this.memory[at] !== byte) this.version++
        this.memory[at] = byte
        this.advance(timeUs)
    }

    private advance(timeUs: number): void {
        const { mode, columnStart, columnEnd, pageStart, pageEnd } = this.registers
        if (mode === HORIZONTAL) {
            if (this.column !== columnEnd) return void (this.column = (this.column + 1) % WIDTH)
            this.column = columnStart
            if (this.page !== pageEnd) return void (this.page = (this.page + 1) % PAGES)
            this.page = pageStart
        } else if (mode === VERTICAL) {
            if (this.page !== pageEnd) return void (this.page = (this.page + 1) % PAGES)
            this.page = pageStart
            if (this.column !== columnEnd) return void (this.column = (this.column + 1) % WIDTH)
            this.column = columnStart
        } else {
            // The page stays.
            this.column = (this.column + 1) % WIDTH
            return
        }
        this.frames.push({ timeUs })
    }

    private command(byte: number): void {
        this.pending.push(byte)
        const [code, ...parameters] = this.pending as [number, ...number[]]
        const known = (this.chip === "ssd1306" ? COMMANDS_1306 : COMMANDS_1309)(code)
        if (!known) {
            this.unknown.push(code)
            this.pending = []
            return
        }
        if (parameters.length < known.parameters) return
        this.pending = []
        if (this.registers.isLocked && code !== LOCK) return
        known.run?.(this.registers, code, parameters, this)
        this.version++
    }

    /** Moves the address pointer. */
    moveTo(column: number | undefined, page: number | undefined): void {
        this.column = column ?? this.column
        this.page = page ?? this.page
    }

    /** Column of the address pointer. */
    get columnPointer(): number {
        return this.column
    }
}

const LOCK = 0xfd

/** "Command table", column of the values after RESET. */
function initialRegisters(): Registers {
    return {
        isOn: false,
        allOn: false,
        inverse: false,
        isLocked: false,
        chargePump: false,
        contrast: 0x7f,
        mode: 2,
        columnStart: 0,
        columnEnd: WIDTH - 1,
        pageStart: 0,
        pageEnd: PAGES - 1,
        startLine: 0,
        multiplex: HEIGHT,
        offset: 0,
        segmentsRemapped: false,
        comsReversed: false,
        comPins: 0x12,
    }
}
