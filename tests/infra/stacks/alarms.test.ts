import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ALARM_METRICS } from '../../../infra/cost/cost.ts';
import { stacksOf, templatesOf } from './synthesised.ts';

const runbook = await readFile(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
const { platform } = templatesOf(stacksOf());
const Alarm = z.object({ Properties: z.object({ AlarmName: z.string(), AlarmDescription: z.string(), AlarmActions: z.array(z.unknown()).min(1) }) });
const alarms = Object.values(z.record(z.string(), Alarm).parse(platform.findResources('AWS::CloudWatch::Alarm'))).map((each) => each.Properties);
const anchors = alarms.map(({ AlarmDescription }) => /docs\/runbook\.md#([\w-]+)$/.exec(AlarmDescription)?.[1] ?? '');
const sections = new Map(runbook.split(/^### /m).slice(1).map((text) => [text.slice(0, text.indexOf('\n')).trim(), text.slice(text.indexOf('\n')).trim()]));

test.each(anchors)('%s says in the runbook what it means and what to do', (anchor) => {
  expect(sections.get(anchor)).toMatch(/Means[^]*Do/);
});

test('the runbook speaks of no alarm that there is not', () => {
  expect([...sections.keys()].toSorted()).toEqual([...anchors].toSorted());
});

test.each(anchors.filter((anchor) => anchor.startsWith('dead-letters-')))('%s says how its messages get back', (anchor) => {
  expect(sections.get(anchor)).toMatch(/redrive/i);
});

test('the metrics of all alarms are as many as the cost is reckoned with', () => {
  const Watched = z.object({ Properties: z.object({ Metrics: z.array(z.object({ MetricStat: z.unknown().optional() })).default([]) }) });
  const ofSeveral = Object.values(platform.findResources('AWS::CloudWatch::Alarm')).map((each) => Watched.parse(each).Properties.Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length);
  expect(ofSeveral.reduce((sum, metrics) => sum + Math.max(1, metrics), 0)).toBe(ALARM_METRICS);
});
