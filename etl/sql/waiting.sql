-- Grain: one row a loaded row whose ticket or unit is not there yet, and joins by itself when that comes; and a step or
-- state that lies before the report of its ticket (`early`).
with steps as (
    select 'ticket_event' as "table", site_id, ticket_id, happened_at, file_id, line from ticket_event_rows
    union all
    select 'snapshot', site_id, ticket_id, happened_at, file_id, line from snapshot_rows
),
of_tickets as (
    select 'callback' as "table", site_id, ticket_id, file_id, line from callback_rows
    union all
    select 'exclusion', site_id, ticket_id, file_id, line from exclusion_rows
    union all
    select "table", site_id, ticket_id, file_id, line from steps
),
in_units as (
    select 'ticket' as "table", site_id, ticket_id as code, unit_id, file_id, line from ticket_rows
    union all
    select 'activity', site_id, activity_id, unit_id, file_id, line from activity_rows
    union all
    select 'steward', site_id, steward_id, unit_id, file_id, line from log.steward
    union all
    select 'duty', site_id, unit_id, unit_id, file_id, line from log.duty
    union all
    select 'indicator', site_id, unit_id, unit_id, file_id, line from log.indicator
),
waits as (
    select site_id, "table", ticket_id as code, ticket_id as waits_for, 'ticket' as why, file_id, line
    from of_tickets anti join ticket_rows using (site_id, ticket_id)
    union all
    select site_id, "table", ticket_id, ticket_id, 'early', step.file_id, step.line
    from steps as step join ticket_rows as ticket using (site_id, ticket_id)
    where run.is_early(step.happened_at, ticket.reported_at)
    union all
    select site_id, "table", code, unit_id, 'unit', file_id, line
    from in_units anti join mart.unit as known on known.site = in_units.site_id and known.unit = in_units.unit_id
    where unit_id is not null
)
select waits.site_id as site, "table", code, waits_for, why, source, file_id, line
from waits join run.file as file using (file_id)
