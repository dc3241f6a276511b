// Responsible for: `ivus pair`: one key for a board and this host, made here, kept here, and on its way to the board; and with it
// which front end the board has.
// Not for: what the key proves (../link/host-session.ts), or bringing settings to a board, which DeviceScript's tools do.

import { rmSync } from "node:fs"
import { resolve } from "node:path"
import {
    KEY_LENGTH,
    LINK_INSECURE_SETTING,
    LINK_KEY_SETTING,
} from "../../../shared/protocol/session"
import { KeyStore, KeyStoreError } from "../../link/key-store"
import { RunError } from "../../errors"
import { UN0RICK_SETTING } from "../../../shared/devices/un0rick"
import {
    hasNameIn,
    otherSettings,
    setSettings,
    settingLine,
    readSettingsText,
    writeSettings,
} from "../../flash/settings-file"
import { UsageError } from "../../errors"
import { type FrontEnd, frontEndFor } from "../../flash/front-end"
import { LINE_ENGINE_PROGRAM } from "../../../shared/programs"
import { parseBoardId, keySettings } from "../../flash/board-key"

export interface PairOptions {
    board?: string
    replace?: boolean
    unpair?: boolean
    deployed?: boolean
    show?: boolean
    settings: string
    /** Whose front end the board has. */
    catheter?: string
}

/**
 * @param random bytes that nobody can guess
 * @throws UsageError for a bad board or options, RunError when something cannot be written
 */
export function pairCommand(
    options: PairOptions,
    random: (count: number) => Uint8Array,
    say: (line: string) => void,
    store = new KeyStore()
): void {
    const chosen = [options.unpair, options.deployed, options.show]
    if (options.catheter !== undefined && chosen.some(Boolean))
        throw new UsageError(
            "--catheter says what front end the board has; it does not go with --unpair, --deployed or --show."
        )
    const frontEnd = options.catheter === undefined ? undefined : frontEndFor(options.catheter)
    if (chosen.filter(Boolean).length > 1)
        throw new UsageError(
            "--unpair, --deployed and --show are three commands; give one of them."
        )
    if (options.replace && chosen.some(Boolean))
        throw new UsageError(
            "--replace makes a new key; it does not go with --unpair, --deployed or --show."
        )
    if (options.deployed) {
        if (options.board !== undefined)
            throw new UsageError(
                "--deployed takes out the key and the catheter that the settings hold, whose ever they are; leave --board out."
            )
        return deployed(options.settings, say)
    }
    if (frontEnd && options.board === undefined) {
        if (options.replace)
            throw new UsageError("--replace makes a new key for a board; name it with --board ID.")
        setSettings(options.settings, frontEnd.settings)
        say(
            `${frontEnd.note}
The board does not have it yet. It stands in ${options.settings}, from where it is deployed with the program:
${deployingText(options.settings, frontEnd.program)}`
        )
        return
    }
    const board = boardOf(options)
    try {
        if (options.unpair) return unpair(board, options.settings, say, store)
        if (options.show) return show(board, say, store)
        pair(board, options, random, say, store, frontEnd)
    } catch (error) {
        if (error instanceof KeyStoreError) throw new RunError(error.message)
        throw error
    }
}

function deployingText(settings: string, program: string): string {
    return `  1. Connect this board, and no other, by USB.
  2. Run  npx devs devtools --serial ${program}  and wait for "deploy status: OK"; then Ctrl-C.
     A program that the board has already is not sent again, the settings are.
     A board that has never had DeviceScript's runtime: npm run ivus -- flash --port PORT  in place of this.
  3. Run  npm run ivus -- pair --deployed  to take out of ${settings} what is this board's alone.`
}

function boardOf({ board }: PairOptions): string {
    if (board === undefined)
        throw new UsageError(
            "Which board? Name it with --board ID: 16 hex digits, as `ivus serve` tells them of a cart that it has no key for."
        )
    return parseBoardId(board, "--board")
}

function pair(
    board: string,
    options: PairOptions,
    random: (count: number) => Uint8Array,
    say: (line: string) => void,
    store: KeyStore,
    frontEnd: FrontEnd | undefined
): void {
    if (store.has(board) && !options.replace)
        throw new UsageError(
            `There is a key for board ${board} already (${store.fileOf(board)}); --replace makes a new one, after which the board has to get it too. To say only what front end it has, leave --board out.`
        )
    const key = random(KEY_LENGTH)
    const hex = Buffer.from(key).toString("hex")
    // First: no board may get a key that its host does not have.
    const { file, undo } = store.save(board, key)
    try {
        setSettings(options.settings, {
            ...keySettings(hex),
            ...frontEnd?.settings,
        })
    } catch (error) {
        undo()
        throw error
    }
    say(
        `Made a key for board ${board}: ${file}, for this user's eyes alone.${frontEnd ? `\n${frontEnd.note}` : ""}
The board does not have it yet. It stands in ${options.settings} (not in the repository), from where it is deployed:
${deployingText(options.settings, frontEnd?.program ?? LINE_ENGINE_PROGRAM.source)}
From then on cart and host open no session without it. Whoever copies the file can pass for this host.`
    )
}

function unpair(
    board: string,
    settings: string,
    say: (line: string) => void,
    store: KeyStore
): void {
    if (!store.has(board))
        throw new UsageError(
            `There is no key for board ${board} in ${store.folder}; nothing was changed.`
        )
    const before = readSettingsText(settings)
    // An empty key is none: the board then refuses every host.
    setSettings(settings, keySettings(""))
    try {
        store.remove(board)
    } catch (error) {
        if (before === undefined) rmSync(settings, { force: true })
        else writeSettings(settings, before)
        throw error
    }
    say(
        `This host has no key for board ${board} any more and refuses it. The board still has its own:
${settings} holds an empty one now; deploy it as for pairing (npx devs devtools --serial and the board's program), or pair the board anew.`
    )
}

function deployed(settings: string, say: (line: string) => void): void {
    const text = readSettingsText(settings)
    if (text === undefined)
        throw new UsageError(
            `There are no settings ${resolve(settings)}; name the file that was deployed with --settings.`
        )
    const isOurs = hasNameIn(OURS)
    if (!text.split(/\r?\n/).some(isOurs))
        return say(`${settings} holds no key and no catheter; nothing was changed.`)
    writeSettings(settings, otherSettings(text, isOurs).join("\n"))
    say(`${settings} holds no key and no catheter any more.`)
}

function show(board: string, say: (line: string) => void, store: KeyStore): void {
    const key = store.keyOf(board)
    if (!key)
        throw new UsageError(
            `There is no key for board ${board} in ${store.folder}; leave --show out to make one.`
        )
    // As another deploying tool wants it. Quoted: digits alone would be read as a number.
    say(settingLine(LINK_KEY_SETTING, Buffer.from(key).toString("hex")))
}

/** What is one board's and not the next one's. */
const OURS = [LINK_KEY_SETTING, LINK_INSECURE_SETTING, UN0RICK_SETTING]
