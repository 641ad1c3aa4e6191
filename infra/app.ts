import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { z } from 'zod';
import { lambdaEntries, type LambdaEntry } from './lambda/entries.ts';
import { checkAgainstRules } from './stacks/acknowledged.ts';
import { addStacks, createApp } from './stacks/platform-app.ts';
import { Stage } from './stacks/stage.ts';

/**
 * The CDK app (see cdk.json). `-c stage=<name>` takes a stage of cdk.json's `stages`, `-c stage-file=<path>` one from a
 * JSON file. The functions' code is what `npm run build:lambda` has put into dist/lambda; where nothing is, it is run.
 */
const app = createApp();
const context = (key: string): unknown => app.node.tryGetContext(key);

function chosenStage(): Stage {
  const file = z.string().optional().parse(context('stage-file'));
  if (file !== undefined) return Stage.parse(JSON.parse(readFileSync(file, 'utf8')));
  const name = z.string().parse(context('stage'));
  const stages = z.record(z.string(), z.unknown()).parse(context('stages'));
  if (stages[name] === undefined) throw new TypeError(`cdk.json has no stage ${name}; it has ${Object.keys(stages).join(', ')}`);
  return Stage.parse(stages[name]);
}

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const bundle = ({ name }: LambdaEntry) => at(`../dist/lambda/${name}`);

const stage = chosenStage();
const cpu = stage.architecture === 'arm64' ? 'arm64' : 'x64';
const built = (entry: LambdaEntry) => existsSync(`${bundle(entry)}/index.mjs`) && (entry.sharp !== true || existsSync(`${bundle(entry)}/node_modules/@img/sharp-linux-${cpu}`));
if (!lambdaEntries.every(built)) execFileSync(process.execPath, [at('lambda/build.ts'), '--cpu', cpu], { stdio: ['ignore', 'ignore', 'inherit'] });
const stacks = addStacks(app, stage, (entry) => lambda.Code.fromAsset(bundle(entry)));
// A stage with parts left out is for trying things out; the rules are for whole ones.
if (stage.without.length === 0) checkAgainstRules(app, stage, stacks);
app.synth();
