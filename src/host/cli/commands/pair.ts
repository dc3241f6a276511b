// `ivus pair`: makes, shows and removes the key that a board shares with this host, and writes it and the front end to the
// settings that are deployed to the board.

import { randomBytes } from "node:crypto"
import { rmSync } from "node:fs"
import { resolve } from "node:path"
import { type Command, Option } from "commander"
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
    SETTINGS_FILE,
} from "../../flash/settings-file"
import { UsageError } from "../../errors"
import { DISCLAIMER } from "../options/output-options"
import { type FrontEnd, frontEndFor } from "../../flash/front-end"
import { LINE_ENGINE_PROGRAM } from "../../../shared/programs"
import { parseBoardId, keySettings } from "../../flash/board-key"

interface PairOptions {
    readonly board?: string
    readonly replace?: true
    readonly unpair?: true
    readonly deployed?: true
    readonly show?: true
    readonly settings: string
    readonly catheter?: string
}

const HELP = `Examples:
  npm run ivus -- pair --board 0123456789abcdef              make a key for this board
  npm run ivus -- pair --catheter single-un0rick             set only the front end of a board
  npm run ivus -- pair --deployed                            after the settings were deployed

Keys are stored in IVUS_KEYS, or in ivus-cart/keys in your configuration folder. The virtual board
needs none: it is paired anew for each run.`

export function addPairCommand(ivus: Command): void {
    ivus.command("pair")
        .description("make the key that a cart and this host share")
        .option("--board <id>", "id of the board, 16 hex digits, as `ivus serve` prints it")
        .option(
            "--catheter <id>",
            "catheter of the board, which decides its front end: an un0rick for single-un0rick, else a line engine"
        )
        .addOption(new Option("--replace", "make a new key in place of the existing one"))
        .addOption(
            new Option(
                "--deployed",
                "the cart has the settings: remove key and catheter from the settings file"
            ).conflicts(["board", "catheter", "replace", "show", "unpair"])
        )
        .addOption(
            new Option("--unpair", "remove the key, here and on the cart").conflicts([
                "catheter",
                "replace",
                "show",
            ])
        )
        .addOption(
            new Option("--show", "print the key as a setting of the cart").conflicts([
                "catheter",
                "replace",
            ])
        )
        .option("--settings <file>", "settings file that is deployed to the cart", SETTINGS_FILE)
        .addHelpText("after", `\n${HELP}\n\n${DISCLAIMER}`)
        .action((options: PairOptions) => {
            pairCommand(options, randomBytes, line => void process.stdout.write(`${line}\n`))
        })
}

/**
 * @param random cryptographically secure random bytes
 * @throws UsageError for a bad board or options, RunError when something cannot be written
 */
function pairCommand(
    options: PairOptions,
    random: (count: number) => Uint8Array,
    print: (line: string) => void,
    store = new KeyStore()
): void {
    const frontEnd = options.catheter === undefined ? undefined : frontEndFor(options.catheter)
    if (options.deployed) return removeDeployed(options.settings, print)
    if (frontEnd && options.board === undefined) {
        if (options.replace)
            throw new UsageError("--replace makes a new key for a board; name it with --board ID.")
        setSettings(options.settings, frontEnd.settings)
        print(
            `${frontEnd.note}
The board does not have this setting yet. It is in ${options.settings}, which is deployed with the program:
${deployingText(options.settings, frontEnd.program)}`
        )
        return
    }
    const board = boardOf(options)
    try {
        if (options.unpair) return unpair(board, options.settings, print, store)
        if (options.show) return showKey(board, print, store)
        pair(board, options, random, print, store, frontEnd)
    } catch (error) {
        if (error instanceof KeyStoreError) throw new RunError(error.message)
        throw error
    }
}

function deployingText(settings: string, program: string): string {
    return `  1. Connect only this board by USB.
  2. Run  npx devs devtools --serial ${program}  and wait for "deploy status: OK"; then press Ctrl-C.
     The settings are sent even if the board already has the program.
     For a board without DeviceScript's runtime, run  npm run ivus -- flash --port PORT  instead.
  3. Run  npm run ivus -- pair --deployed  to remove the settings of this board from ${settings}.`
}

function boardOf({ board }: PairOptions): string {
    if (board === undefined)
        throw new UsageError(
            "The board is missing; name it with --board ID, 16 hex digits, which `ivus serve` prints for a cart without a key."
        )
    return parseBoardId(board, "--board")
}

function pair(
    board: string,
    options: PairOptions,
    random: (count: number) => Uint8Array,
    print: (line: string) => void,
    store: KeyStore,
    frontEnd: FrontEnd | undefined
): void {
    if (store.has(board) && !options.replace)
        throw new UsageError(
            `Board ${board} already has a key (${store.fileOf(board)}); --replace makes a new one, which must then be deployed to the board. To set only the front end, leave --board out.`
        )
    const key = random(KEY_LENGTH)
    const hex = Buffer.from(key).toString("hex")
    // The host stores the key first, so that no board gets a key that its host does not have.
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
    print(
        `Made a key for board ${board}: ${file}, readable by this user only.${frontEnd ? `\n${frontEnd.note}` : ""}
The board does not have the key yet. It is in ${options.settings} (not in the repository), which is deployed with the program:
${deployingText(options.settings, frontEnd?.program ?? LINE_ENGINE_PROGRAM.source)}
From then on, cart and host open sessions only with this key. Anyone who has the file can act as this host.`
    )
}

function unpair(
    board: string,
    settings: string,
    print: (line: string) => void,
    store: KeyStore
): void {
    if (!store.has(board))
        throw new UsageError(
            `There is no key for board ${board} in ${store.folder}; nothing was changed.`
        )
    const before = readSettingsText(settings)
    // With an empty key the board refuses every host.
    setSettings(settings, keySettings(""))
    try {
        store.remove(board)
    } catch (error) {
        if (before === undefined) rmSync(settings, { force: true })
        else writeSettings(settings, before)
        throw error
    }
    print(
        `This host no longer has a key for board ${board} and refuses it. The board still has its own key:
${settings} now has an empty one; deploy it as for pairing (npx devs devtools --serial and the board's program), or pair the board again.`
    )
}

function removeDeployed(settings: string, print: (line: string) => void): void {
    const text = readSettingsText(settings)
    if (text === undefined)
        throw new UsageError(
            `There is no settings file ${resolve(settings)}; name the deployed file with --settings.`
        )
    const isOurs = hasNameIn(BOARD_SETTINGS)
    if (!text.split(/\r?\n/).some(isOurs))
        return print(`${settings} has no key and no catheter; nothing was changed.`)
    writeSettings(settings, otherSettings(text, isOurs).join("\n"))
    print(`Key and catheter were removed from ${settings}.`)
}

function showKey(board: string, print: (line: string) => void, store: KeyStore): void {
    const key = store.keyOf(board)
    if (!key)
        throw new UsageError(
            `There is no key for board ${board} in ${store.folder}; leave --show out to make one.`
        )
    // Quoted, as deploying tools expect it: digits alone would be read as a number.
    print(settingLine(LINK_KEY_SETTING, Buffer.from(key).toString("hex")))
}

/** Settings that belong to one board and must not be deployed to another one. */
const BOARD_SETTINGS = [LINK_KEY_SETTING, LINK_INSECURE_SETTING, UN0RICK_SETTING]
