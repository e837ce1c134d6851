// One set in a record, or many gets.
import { memory } from "flow";

export default ({ get, set }) => {
    if (set !== undefined) {
        memory.set("bench", `key/${set % 1000}`, { number: set });
        return set;
    }
    let found = 0;
    for (let index = 0; index < get; index++) {
        if (memory.get("bench", `key/${index % 1000}`) !== undefined) {
            found++;
        }
    }
    return found;
};
