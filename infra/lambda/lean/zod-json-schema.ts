/** In the place of zod's JSON Schemas, in and out: functions check values and describe none. */
const none = (): never => {
  throw new TypeError('No JSON Schema is made or read in a function');
};
const makesNone = () => none;

export {
  none as extractDefs, none as finalize, none as fromJSONSchema, none as handleUnrepresentable, none as initializeContext, none as process,
  none as processSchema, makesNone as createStandardJSONSchemaMethod, makesNone as createToJSONSchemaMethod,
};
