/** The fields of each type of state. */

import { choices } from './choices.ts';
import { catchField, retry } from './error-handlers.ts';
import { type Check, type FieldTable, fieldTable } from './fields.ts';
import { path, referencePath } from './paths.ts';
import { resource } from './resources.ts';
import { template, templateOfResult } from './templates.ts';
import {
  anything,
  decimal,
  flag,
  integer,
  listOf,
  MOST_SECONDS,
  orExpression,
  structure,
  text,
  timestamp,
} from './values.ts';
import { assignment, assignmentOfResult } from './variables.ts';

export const STATE_TYPES = ['Task', 'Wait', 'Pass', 'Succeed', 'Fail', 'Choice', 'Parallel', 'Map'] as const;

export type StateType = (typeof STATE_TYPES)[number];

type Checks = Readonly<Record<string, Check>>;

// Type and QueryLanguage are looked at before the table is: they say which table, and how to read it.
const common: Checks = { Type: anything, QueryLanguage: anything, Comment: text };
const transition: Checks = { Next: text, End: flag };
const paths: Checks = { InputPath: path, OutputPath: path };
const seconds = orExpression(integer(1, MOST_SECONDS));
const count = orExpression(integer(0));

const withResult = {
  both: { ...common, ...transition, Assign: assignmentOfResult, Retry: retry, Catch: catchField },
  jsonPath: { ...paths, Parameters: template, ResultSelector: template, ResultPath: referencePath },
  jsonata: { Output: templateOfResult },
} as const;

// Branches and item processors are containers of states: whoever walks the containers checks them.
export const STATE_FIELDS: Readonly<Record<StateType, FieldTable>> = {
  Task: fieldTable(
    {
      ...withResult.both,
      Resource: resource,
      Credentials: template,
      TimeoutSeconds: seconds,
      HeartbeatSeconds: seconds,
    },
    { ...withResult.jsonPath, TimeoutSecondsPath: referencePath, HeartbeatSecondsPath: referencePath },
    { ...withResult.jsonata, Arguments: template },
  ),
  Parallel: fieldTable(
    { ...withResult.both, Branches: listOf(structure, { mayBeEmpty: false }) },
    withResult.jsonPath,
    {
      ...withResult.jsonata,
      Arguments: template,
    },
  ),
  Map: fieldTable(
    {
      ...withResult.both,
      ItemProcessor: structure,
      Iterator: structure,
      ItemSelector: template,
      ItemReader: structure,
      ItemBatcher: template,
      ResultWriter: structure,
      MaxConcurrency: count,
      ToleratedFailureCount: count,
      ToleratedFailurePercentage: orExpression(decimal(0, 100)),
      Label: text,
    },
    {
      ...withResult.jsonPath,
      ItemsPath: path,
      MaxConcurrencyPath: referencePath,
      ToleratedFailureCountPath: referencePath,
      ToleratedFailurePercentagePath: referencePath,
    },
    { ...withResult.jsonata, Items: template },
  ),
  Pass: fieldTable(
    { ...common, ...transition, Assign: assignment },
    { ...paths, Result: anything, ResultPath: referencePath, Parameters: template },
    { Output: template },
  ),
  Wait: fieldTable(
    {
      ...common,
      ...transition,
      Assign: assignment,
      Seconds: orExpression(integer(0, MOST_SECONDS)),
      Timestamp: orExpression(timestamp),
    },
    { ...paths, SecondsPath: referencePath, TimestampPath: referencePath },
    { Output: template },
  ),
  Choice: fieldTable({ ...common, Assign: assignment, Choices: choices, Default: text }, paths, { Output: template }),
  Succeed: fieldTable(common, paths, { Output: template }),
  Fail: fieldTable(
    { ...common, Error: orExpression(text), Cause: orExpression(text) },
    { ErrorPath: path, CausePath: path },
  ),
};
