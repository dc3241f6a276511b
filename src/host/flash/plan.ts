// Checks the options of `ivus flash` and makes a plan of them: board, port, program and settings.

import { statSync } from "node:fs"
import { resolve } from "node:path"
import { LINK_INSECURE_SETTING, LINK_KEY_SETTING } from "../../shared/protocol/session"
import { UN0RICK_SETTING } from "../../shared/devices/un0rick"
import { KeyStore, KeyStoreError } from "../link/key-store"
import { SETTINGS_FILE, readSettingsText } from "./settings-file"
import { DEFAULT_BOARD, type FlashBoard, flashBoard, UNIT_BOARD } from "./board-file"
import type { ImagePlan } from "./image"
import { parseSettings, type ImageSettings } from "./board-settings"
import { wholeIn } from "../number-in"
import { keySettings, parseBoardId } from "./board-key"
import { type FrontEnd, frontEndFor } from "./front-end"
import { BEDSIDE_PROGRAM, LINE_ENGINE_PROGRAM } from "../../shared/programs"
import { RunError, UsageError } from "../errors"

export interface FlashOptions {
    port?: string
    board: string
    /** A bedside unit instead of a cart. */
    unit?: boolean
    catheter?: string
    /** Id of the board whose key is flashed. */
    key?: string
    settings: string
    runtime?: string
    baud: string
    dryRun?: boolean
}

export interface FlashPlan extends ImagePlan {
    readonly isUnit: boolean
    readonly port: string
    readonly baud: number
    /** A sentence on the front end that the program is for. */
    readonly frontEndNote: string
    /** What the board will lack, and how to add it; one sentence each. */
    readonly notes: readonly string[]
}

const BAUD = { min: 9600, max: 3_000_000 }

/** @throws UsageError, or RunError if a file cannot be read */
export function flashPlan(options: FlashOptions, store = new KeyStore()): FlashPlan {
    const writing = writingOf(options)
    if (options.unit) return { ...writing, ...unitImage() }
    if (writing.board.id === UNIT_BOARD)
        throw new UsageError(
            `The board ${UNIT_BOARD} is a bedside unit; use --unit instead of --board.`
        )
    return { ...writing, ...cartImage(options, store) }
}

type Writing = Pick<FlashPlan, "board" | "port" | "baud" | "runtime">
type Content = Omit<FlashPlan, keyof Writing>

/** The board, and how it is written. */
function writingOf(options: FlashOptions): Writing {
    const { port, runtime } = options
    if (!port)
        throw new UsageError(
            "The board's port is missing; name it with --port, such as /dev/ttyACM0 or COM3."
        )
    const board = options.unit ? unitBoard(options) : flashBoard(options.board)
    const baud = wholeIn(options.baud, "baud", BAUD.min, BAUD.max, "bit/s")
    if (runtime !== undefined && !statSync(runtime, { throwIfNoEntry: false })?.isFile())
        throw new UsageError(
            `--runtime ${runtime} is not a file; download it from ${board.runtimeUrl}, or leave --runtime out.`
        )
    return { board, port, baud, runtime: runtime === undefined ? undefined : resolve(runtime) }
}

/** @throws UsageError for an option that a bedside unit does not have */
function unitBoard({ board, catheter, key, settings }: FlashOptions): FlashBoard {
    const given = {
        "--catheter": catheter !== undefined,
        "--key": key !== undefined,
        "--board": board !== DEFAULT_BOARD && board !== UNIT_BOARD,
        "--settings": settings !== SETTINGS_FILE,
    }
    for (const [option, isGiven] of Object.entries(given))
        if (isGiven)
            throw new UsageError(
                `${option} is for a cart: a bedside unit has one type of board and no settings; leave ${option} out, or --unit.`
            )
    return flashBoard(UNIT_BOARD)
}

function unitImage(): Content {
    return {
        isUnit: true,
        program: BEDSIDE_PROGRAM.source,
        frontEndNote: "",
        settings: { values: new Map(), wifi: undefined },
        notes: [],
    }
}

function cartImage(options: FlashOptions, store: KeyStore): Content {
    const { values: given, wifi } = settingsOf(options)
    const frontEnd = chooseFrontEnd(options, given)
    const values = new Map([
        ...given,
        ...Object.entries(frontEnd?.settings ?? {}),
        ...Object.entries(options.key === undefined ? {} : keySettingsOf(options.key, store)),
    ])
    return {
        isUnit: false,
        program: frontEnd?.program ?? LINE_ENGINE_PROGRAM.source,
        frontEndNote:
            frontEnd?.note ??
            "The program is for a board with a line engine; for an un0rick, name its catheter with --catheter.",
        settings: { values, wifi },
        notes: notesOn({ values, wifi }, options.settings),
    }
}

function settingsOf({ settings }: FlashOptions): ImageSettings {
    const text = readSettingsText(settings)
    // The default settings file may be missing; one that was named must exist.
    if (text === undefined && settings !== SETTINGS_FILE)
        throw new UsageError(
            `There is no settings file ${resolve(settings)}; \`ivus pair\` makes one.`
        )
    return parseSettings(text ?? "", settings)
}

/** The front end for --catheter, or else for the catheter that `ivus pair` wrote to the settings. */
function chooseFrontEnd(
    { catheter, settings }: FlashOptions,
    values: ReadonlyMap<string, unknown>
): FrontEnd | undefined {
    if (catheter !== undefined) return frontEndFor(catheter)
    const id = values.get(UN0RICK_SETTING)
    if (id === undefined || id === "") return undefined
    try {
        return frontEndFor(String(id))
    } catch (error) {
        if (!(error instanceof UsageError)) throw error
        throw new UsageError(
            `The settings ${settings} have an invalid ${UN0RICK_SETTING}: ${error.message}`
        )
    }
}

function keySettingsOf(board: string, store: KeyStore): Record<string, unknown> {
    const id = parseBoardId(board, "--key")
    try {
        const key = store.keyOf(id)
        if (key) return keySettings(Buffer.from(key).toString("hex"))
    } catch (error) {
        if (error instanceof KeyStoreError) throw new RunError(error.message)
        throw error
    }
    throw new UsageError(
        `There is no key for board ${id} in ${store.folder}; \`ivus pair --board ${id}\` makes one.`
    )
}

function notesOn({ values, wifi }: ImageSettings, file: string): string[] {
    const notes: string[] = []
    if (!values.get(LINK_KEY_SETTING) && values.get(LINK_INSECURE_SETTING) !== true)
        notes.push(
            "No key is included, so the board opens no session: `ivus serve` prints its id, `ivus pair --board ID` makes a key, and --key ID includes it."
        )
    if (!wifi)
        notes.push(`No Wi-Fi is included: write WIFI_SSID="…" and WIFI_PWD="…" into ${file}.`)
    if (!values.has("host"))
        notes.push(
            `The board connects to a host at 192.168.4.2, port 7316; for another, write host={"name":"…","port":7316} into ${file}.`
        )
    return notes
}
