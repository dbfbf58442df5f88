-- Grain: one row a loaded row whose ticket or unit is not there yet; it joins by itself when that comes.
create or replace table mart.waiting as
select site_id as site, 'callback' as "table", ticket_id as waits_for, source, file_id, line from log.callback
where not exists (from log.ticket where ticket.site_id = callback.site_id and ticket.ticket_id = callback.ticket_id)
union all
select site_id, 'ticket_event', ticket_id, source, file_id, line from log.ticket_event
where not exists (from log.ticket where ticket.site_id = ticket_event.site_id and ticket.ticket_id = ticket_event.ticket_id)
union all
select event.site_id, 'ticket_event', event.ticket_id, event.source, event.file_id, event.line
from log.ticket_event as event join log.ticket as ticket using (site_id, ticket_id)
where event.happened_at < ticket.reported_at
union all
select site_id, 'ticket', unit_id, source, file_id, line from log.ticket
where unit_id is not null
    and not exists (from mart.unit where unit.site = ticket.site_id and unit.unit = ticket.unit_id)
union all
select site_id, 'steward', unit_id, source, file_id, line from log.steward
where not exists (from mart.unit where unit.site = steward.site_id and unit.unit = steward.unit_id)
union all
select site_id, 'activity', unit_id, source, file_id, line from log.activity
where unit_id is not null
    and not exists (from mart.unit where unit.site = activity.site_id and unit.unit = activity.unit_id)
union all
select site_id, 'duty', unit_id, source, file_id, line from log.duty
where not exists (from mart.unit where unit.site = duty.site_id and unit.unit = duty.unit_id);
