// Hands each record to another agent.
import { call } from "flow";

export default (record) => call("callee", record);
