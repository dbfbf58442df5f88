-- Grain: one row a site, unit and ancestor (itself included). Every site has one root; a unit whose parent is
-- not known hangs from it, and so does `unknown`, where the tickets without a known unit are.
with recursive learning as (
    select site_id from setting.site where units_from_tickets -- the sites whose units their tickets name
),
listed as (
    select site_id as site, unit_id as unit, parent_id as parent, true as is_own from log.unit
    union
    select seen.site_id, seen.unit_id, null, false
    from (
        select site_id, unit_id from log.ticket semi join learning using (site_id)
        union
        select site_id, unit_id from log.activity semi join learning using (site_id)
    ) as seen
    where seen.unit_id is not null
        and not exists (from log.unit where unit.site_id = seen.site_id and unit.unit_id = seen.unit_id)
),
linked as (
    select listed.site, listed.unit, above.unit as parent, listed.is_own
    from listed left join listed as above on above.site = listed.site and above.unit = listed.parent
),
roots as (
    -- The only unit that the tickets name is a lane, not the site.
    select site.site, case when count(linked.unit) = 1 and bool_and(is_own) then min(linked.unit) else site.site end as root
    from mart.site as site left join linked on linked.site = site.site and linked.parent is null
    group by site.site
),
edges as (
    select linked.site, linked.unit, case when linked.unit <> roots.root then coalesce(linked.parent, roots.root) end as parent
    from linked join roots using (site)
    union
    select site, root, null from roots where not exists (from linked where linked.site = roots.site and linked.unit = roots.root)
    union
    select site, 'unknown', root from roots
),
climbed as (
    select site, unit, unit as ancestor, parent as next, 0 as distance from edges
    union all
    select climbed.site, climbed.unit, edges.unit, edges.parent, climbed.distance + 1
    from climbed join edges on edges.site = climbed.site and edges.unit = climbed.next
    where climbed.distance < 20 -- a circle in the unit list must not climb for ever
)
select site, unit, ancestor, min(distance) as distance
from climbed
group by site, unit, ancestor
