// The program `ivus`. Tests call main() instead.

import { main } from "./main"

process.exitCode = await main(process.argv.slice(2))
