-- Grain: one row a loaded row whose ticket or unit is not there yet, and joins by itself when that comes; and a step or
-- state that lies before the report of its ticket (`early`).
select site_id as site, 'callback' as "table", ticket_id as code, ticket_id as waits_for, 'ticket' as why, source, file_id, line from callback_rows as callback
where not exists (from ticket_rows as ticket where ticket.site_id = callback.site_id and ticket.ticket_id = callback.ticket_id)
union all
select site_id, 'ticket_event', ticket_id, ticket_id, 'ticket', source, file_id, line from event_rows as ticket_event
where not exists (from ticket_rows as ticket where ticket.site_id = ticket_event.site_id and ticket.ticket_id = ticket_event.ticket_id)
union all
select site_id, 'snapshot', ticket_id, ticket_id, 'ticket', source, file_id, line from snapshot_rows as snapshot
where not exists (from ticket_rows as ticket where ticket.site_id = snapshot.site_id and ticket.ticket_id = snapshot.ticket_id)
union all
select event.site_id, 'ticket_event', event.ticket_id, event.ticket_id, 'early', event.source, event.file_id, event.line
from event_rows as event join ticket_rows as ticket using (site_id, ticket_id)
where run.is_early(event.happened_at, ticket.reported_at)
union all
select state.site_id, 'snapshot', state.ticket_id, state.ticket_id, 'early', state.source, state.file_id, state.line
from snapshot_rows as state join ticket_rows as ticket using (site_id, ticket_id)
where run.is_early(state.happened_at, ticket.reported_at)
union all
select site_id, 'exclusion', ticket_id, ticket_id, 'ticket', source, file_id, line from exclusion_rows as exclusion
where not exists (from ticket_rows as ticket where ticket.site_id = exclusion.site_id and ticket.ticket_id = exclusion.ticket_id)
union all
select site_id, 'ticket', ticket_id, unit_id, 'unit', source, file_id, line from ticket_rows as ticket
where unit_id is not null
    and not exists (from mart.unit where unit.site = ticket.site_id and unit.unit = ticket.unit_id)
union all
select site_id, 'steward', steward_id, unit_id, 'unit', source, file_id, line from log.steward
where not exists (from mart.unit where unit.site = steward.site_id and unit.unit = steward.unit_id)
union all
select site_id, 'activity', activity_id, unit_id, 'unit', source, file_id, line from activity_rows as activity
where unit_id is not null
    and not exists (from mart.unit where unit.site = activity.site_id and unit.unit = activity.unit_id)
union all
select site_id, 'duty', unit_id, unit_id, 'unit', source, file_id, line from log.duty
where not exists (from mart.unit where unit.site = duty.site_id and unit.unit = duty.unit_id)
union all
select site_id, 'indicator', unit_id, unit_id, 'unit', source, file_id, line from log.indicator
where not exists (from mart.unit where unit.site = indicator.site_id and unit.unit = indicator.unit_id)
