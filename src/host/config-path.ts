// Where this user's files of the program are kept: keys, settings, copies of calibrations.

import { homedir } from "node:os"
import { join } from "node:path"

/** @returns `ivus-cart/NAME` in the user's configuration folder (XDG Base Directory Specification) */
export function configPath(name: string, env: NodeJS.ProcessEnv = process.env): string {
    return join(env.XDG_CONFIG_HOME ?? join(homedir(), ".config"), "ivus-cart", name)
}
