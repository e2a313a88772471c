import type { FieldTest } from '../domain/filter/asset-filter.js';
import type { FilterField } from '../domain/filter/filter-fields.js';

/** A condition on a value, as SQL. */
type Condition = (value: string) => string;

/** Fields of one value that scans and runs have told, as SQL; null when nothing was told. */
const COLUMNS: Partial<Record<FilterField, string>> = {
  os: ofInventory("json_extract(inventory.system, '$.os.name')"),
  domain: ofInventory(
    "CASE WHEN json_extract(inventory.system, '$.isDomainMember') THEN json_extract(inventory.system, '$.domain') END",
  ),
  lastScanAt: ofInventory('inventory."scannedAt"'),
  lastSeenAt:
    '(SELECT contact."lastSeenAt" FROM asset_contact AS contact WHERE contact."assetId" = asset.id)',
};

type Several = (condition: Condition, operator: FieldTest['operator']) => string;

/** Fields of several values that the last scan told: whether one of them meets a condition. */
const SEVERAL: Partial<Record<FilterField, Several>> = {
  software: (condition, operator) => someSoftware('name', condition, operator),
  productCodes: (condition, operator) => someSoftware('"productCode"', condition, operator),
  loggedOnUsers: (condition) => someInList('$.users', condition),
  pendingReboot: (condition) => someInList('$.pendingReboot', condition),
};

/** The value of a field of one value; undefined for fields of other origin. */
export function inventoryColumn(field: FilterField): string | undefined {
  return COLUMNS[field];
}

/** Whether one of a field's several values meets the condition; undefined for fields of other origin. */
export function someInventoryValue(
  field: FilterField,
  operator: FieldTest['operator'],
  condition: Condition,
): string | undefined {
  return SEVERAL[field]?.(condition, operator);
}

function ofInventory(value: string): string {
  return `(SELECT ${value} FROM asset_inventory AS inventory WHERE inventory."assetId" = asset.id)`;
}

function someInList(path: string, condition: Condition): string {
  return `EXISTS (SELECT 1 FROM asset_inventory AS inventory, json_each(inventory.system, '${path}') AS entry
    WHERE inventory."assetId" = asset.id AND (${condition('entry.value')}))`;
}

/** Names are looked for among the titles, of which there are far fewer than entries: a fleet has the same ones. */
function someSoftware(column: string, condition: Condition, operator: FieldTest['operator']): string {
  if (operator === 'exists')
    return `EXISTS (SELECT 1 FROM installed_software AS software
      WHERE software."assetId" = asset.id AND ${condition(`software.${column}`)})`;
  return `asset.id IN (SELECT software."assetId" FROM installed_software AS software
    WHERE software."titleId" IN (SELECT title.id FROM software_title AS title WHERE ${condition(`title.${column}`)}))`;
}
