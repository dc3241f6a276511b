// Listens to the services of buttons and dial, and asks them for readings while a button is held.

import * as ds from "@devicescript/core"
import { UnitBoard } from "../platform/unit-board"
import { BUTTONS } from "../../shared/devices/bedside-unit"
import {
    ButtonState,
    hearButton,
    holdsToRun,
    nameBadButton,
    newButtons,
    NOTHING,
    stepButton,
} from "./buttons"
import { sendLater, sendNow } from "./outgoing"
import { UnitState } from "./unit-state"

// Of Jacdac's button and rotary encoder services.
const EVENT_DOWN = 1
const EVENT_UP = 2
const READING = 0x1101
const SET_STREAMING_SAMPLES = 0x2003
const SET_STREAMING_INTERVAL = 0x2004

/** Between two readings of a held button or of the dial. */
const READING_MS = 50
/** Readings that are asked for at once, and when they are asked for again: before the last one has come. */
const SAMPLES = 255
const SAMPLES_MS = 10000

export const buttons = newButtons()

let board: UnitBoard
let unit: UnitState
let onButton: (button: number, what: number, now_ms: number) => Promise<void>
let onTurn: (clicks: number, now_ms: number) => void

const samples = Buffer.alloc(1)
/** When readings were last asked for, by button; of the dial in the last place. -SAMPLES_MS: never. */
const asked_ms: number[] = []
/** The dial's position; the first one after it was found counts as no turn. */
let position = 0
let is_found = false

/**
 * @param pressed called with each PRESSED, LET_GO or PRESSED_TO_STOP of a button
 * @param turned called with each turn of the dial
 */
export function openPanel(
    unit_board: UnitBoard,
    state: UnitState,
    pressed: (button: number, what: number, now_ms: number) => Promise<void>,
    turned: (clicks: number, now_ms: number) => void
): void {
    board = unit_board
    unit = state
    onButton = pressed
    onTurn = turned
    samples[0] = SAMPLES
    for (let i = 0; i <= BUTTONS; ++i) asked_ms.push(-SAMPLES_MS)
    ;(board.dial as any)._onPacket = onDial
    findDial.start()
    for (let i = 0; i < BUTTONS; ++i) {
        listen(i)
        findButton.start(i)
    }
}

function listen(number: number): void {
    const role: any = board.buttons[number]
    role._onPacket = async (packet: ds.Packet) => {
        if (!packet || packet.isCommand) return
        if (packet.isEvent) {
            if (packet.eventCode === EVENT_DOWN) await hear(number, true)
            else if (packet.eventCode === EVENT_UP) await hear(number, false)
        } else if (packet.serviceCommand === READING)
            await hear(number, packet.payload.getAt(0, "u16") >= 0x8000)
    }
}

async function hear(number: number, is_down: boolean): Promise<void> {
    await tell(number, hearButton(buttons[number], is_down, ds.millis()))
}

async function tell(number: number, what: number): Promise<void> {
    if (what !== NOTHING) await onButton(number, what, ds.millis())
}

async function onDial(packet: ds.Packet): Promise<void> {
    if (!packet || packet.serviceCommand !== READING) return
    const now = packet.payload.getAt(0, "i32")
    const clicks = now - position
    position = now
    if (is_found && clicks !== 0) onTurn(clicks, ds.millis())
    is_found = true
}

/** Waits until a button is found, and reads it: its state at power-on. */
async function findButton(number: number): Promise<void> {
    const button = board.buttons[number]
    await hear(number, (await button.reading.read()) > 0.5)
    if (holdsToRun(number)) await setInterval(button)
}

async function findDial(): Promise<void> {
    await board.dial.reading.read()
    await setInterval(board.dial)
}

async function setInterval(role: ds.Role): Promise<void> {
    const interval = Buffer.alloc(4)
    interval.setAt(0, "u32", READING_MS)
    while (!(await sendLater(role, SET_STREAMING_INTERVAL, interval))) await ds.sleep(READING_MS)
}

/** To be called each 10 ms. */
export async function stepPanel(now_ms: number): Promise<void> {
    for (let i = 0; i < BUTTONS; ++i) {
        const button: ButtonState = buttons[i]
        const what = stepButton(button, now_ms)
        if (what !== NOTHING) await tell(i, what)
        if (button.is_held) if (holdsToRun(i)) await askReadings(board.buttons[i], i, now_ms)
    }
    nameBadButton(buttons, unit)
    await askReadings(board.dial, BUTTONS, now_ms)
}

/** A held button's readings are no packet that may be left out: the sled moves only while they come. */
async function askReadings(role: ds.Role, place: number, now_ms: number): Promise<void> {
    if (now_ms - asked_ms[place] < SAMPLES_MS) return
    const send = place < BUTTONS ? sendNow : sendLater
    if (await send(role, SET_STREAMING_SAMPLES, samples)) asked_ms[place] = now_ms
}
