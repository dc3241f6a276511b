// A virtual cart whose registers were read, as `ivus doctor` reads them.

import { RegisterDumpClient } from "../../../src/host/run/register-dump-client"
import { runVirtualOneShot, silentBoard } from "../../../src/host/targets/virtual/virtual-one-shot"

/** Boot and self test take 0.2 s. */
const SETTLE_US = 300_000

/** @returns the client, and all bytes from the board */
export function examinedCart(): Promise<{ client: RegisterDumpClient; capture: Uint8Array }> {
    return runVirtualOneShot(
        { board: silentBoard({ seed: 1 }) },
        {
            limitS: 10,
            makeClient: (session, cartUs) =>
                new RegisterDumpClient(session, () => cartUs() >= SETTLE_US),
        }
    )
}
