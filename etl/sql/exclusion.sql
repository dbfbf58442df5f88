-- Grain: one row an entry of the exclusion ledger, in the order of each ticket's: from lists, and from steps that took a
-- ticket out or brought it back. `is_out`: whether the ticket counts nowhere now; it may be one that has not come yet.
with entries as (
    select
        site_id as site, ticket_id, excluded_on::timestamp as entered_at, 'excluded' as event, 'list' as told_by,
        kind, "by", reason, evidence
    from exclusion_rows
    union all
    select site, ticket_id, happened_at, event, 'log', null, null, null, null
    from step_rows where event in ('excluded', 'restored')
)
select
    entries.site, entries.ticket_id,
    row_number() over (
        partition by entries.site, entries.ticket_id order by entered_at, told_by, kind, "by", reason, evidence
    ) as place,
    entered_at, event, told_by,
    coalesce(kind, '') as kind, coalesce("by", '') as "by", coalesce(reason, '') as reason,
    coalesce(evidence, '') as evidence,
    coalesce(gone.unit, ticket.unit, 'unknown') as unit,
    coalesce(gone.community, ticket.community, root.community) as community,
    coalesce(gone.lane, ticket.lane, 'unknown') as lane,
    coalesce(gone.category, ticket.category, 'unknown') as category,
    gone.ticket_id is not null as is_out
from entries
join mart.unit as root on root.site = entries.site and root.unit = 'unknown'
left join mart.excluded as gone on gone.site = entries.site and gone.ticket_id = entries.ticket_id
left join mart.ticket as ticket on ticket.site = entries.site and ticket.ticket_id = entries.ticket_id
