// The desk's pages work without a script; with one, long work tells how far it is, and the table fills as it goes.

import { watchJobs } from "./jobs.js";

watchJobs();
