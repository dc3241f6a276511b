// Responsible for: being the program `ivus`.
// Not for: anything else; tests call main().

import { main } from "./main"

process.exitCode = await main(process.argv.slice(2))
