# SPDX-License-Identifier: Apache-2.0
# peerdeck-sim. Its parts are a library of their own, so that tests can link them.
noinst_LIBRARIES += libsim.a
libsim_a_SOURCES = \
	backends/sim/address.c \
	backends/sim/auth.c backends/sim/auth.h \
	backends/sim/billing.c \
	backends/sim/caa_check.c backends/sim/caa_check.h \
	backends/sim/caa_config.c backends/sim/caa_config.h \
	backends/sim/caa_lines.c backends/sim/caa_lines.h \
	backends/sim/caa_nic.c \
	backends/sim/caa_process.c \
	backends/sim/caa_start.c \
	backends/sim/caa_stop.c \
	backends/sim/call.c \
	backends/sim/catalog.c backends/sim/catalog.h \
	backends/sim/cloud.c backends/sim/cloud.h \
	backends/sim/clusters.c backends/sim/clusters.h \
	backends/sim/control.c backends/sim/control.h \
	backends/sim/cs.c backends/sim/cs.h \
	backends/sim/cs_clusters.c \
	backends/sim/cs_create.c \
	backends/sim/cs_delete.c \
	backends/sim/cs_kubeconfig.c \
	backends/sim/cs_logs.c \
	backends/sim/cs_misc.c \
	backends/sim/cs_nodes.c \
	backends/sim/cs_pool_read.c \
	backends/sim/cs_pools.c backends/sim/cs_pools.h \
	backends/sim/cs_regions.c \
	backends/sim/cs_tasks.c backends/sim/cs_tasks.h \
	backends/sim/dispatch.c backends/sim/dispatch.h \
	backends/sim/ecs.c backends/sim/ecs.h \
	backends/sim/ecs_console.c \
	backends/sim/ecs_disks.c \
	backends/sim/ecs_enis.c \
	backends/sim/ecs_groups.c \
	backends/sim/ecs_images.c \
	backends/sim/ecs_instances.c \
	backends/sim/ecs_power.c \
	backends/sim/ecs_prices.c \
	backends/sim/ecs_regions.c \
	backends/sim/ecs_run.c \
	backends/sim/ecs_snapshots.c \
	backends/sim/ecs_tags.c \
	backends/sim/ecs_tasks.c \
	backends/sim/ecs_types.c \
	backends/sim/earlier.c backends/sim/earlier.h \
	backends/sim/events.c backends/sim/events.h \
	backends/sim/failure.c backends/sim/failure.h \
	backends/sim/faults.c backends/sim/faults.h \
	backends/sim/happenings.c backends/sim/happenings.h \
	backends/sim/idempotence.c backends/sim/idempotence.h \
	backends/sim/identity.c backends/sim/identity.h \
	backends/sim/ims.c \
	backends/sim/instance_json.c backends/sim/instance_json.h \
	backends/sim/instances.c backends/sim/instances.h \
	backends/sim/interner.c backends/sim/interner.h \
	backends/sim/json_out.c backends/sim/json_out.h \
	backends/sim/kube.c \
	backends/sim/kube_answer.c \
	backends/sim/kube_cells.c \
	backends/sim/kube_cells.h \
	backends/sim/kube_certificates.c \
	backends/sim/kube_certificates.h \
	backends/sim/kube_columns.c \
	backends/sim/kube_control.c \
	backends/sim/kube_control.h \
	backends/sim/kube_daemons.c \
	backends/sim/kube_defaults.c \
	backends/sim/kube_defaults.h \
	backends/sim/kube_defined.c \
	backends/sim/kube_delete.c \
	backends/sim/kube_discovery.c \
	backends/sim/kube_event.c \
	backends/sim/kube_faults.c \
	backends/sim/kube_faults.h \
	backends/sim/kube_fields.c \
	backends/sim/kube_fields.h \
	backends/sim/kube_http.c \
	backends/sim/kube_http.h \
	backends/sim/kube_json_patch.c \
	backends/sim/kube_kubelet.c \
	backends/sim/kube_list.c \
	backends/sim/kube_log.c \
	backends/sim/kube_log.h \
	backends/sim/kube_log_http.c \
	backends/sim/kube_managed.c \
	backends/sim/kube_merge.c \
	backends/sim/kube_merge.h \
	backends/sim/kube_nodes.c \
	backends/sim/kube_openapi.c \
	backends/sim/kube_ordered.c \
	backends/sim/kube_owners.c \
	backends/sim/kube_patch.c \
	backends/sim/kube_pod_cells.c \
	backends/sim/kube_pods.h \
	backends/sim/kube_populate.c \
	backends/sim/kube_populate.h \
	backends/sim/kube_private.h \
	backends/sim/kube_proto.c \
	backends/sim/kube_proto.h \
	backends/sim/kube_rbac.c \
	backends/sim/kube_replicas.c \
	backends/sim/kube_resource.c \
	backends/sim/kube_resource.h \
	backends/sim/kube_review.c \
	backends/sim/kube_selector.c \
	backends/sim/kube_selector.h \
	backends/sim/kube_server.c \
	backends/sim/kube_server.h \
	backends/sim/kube_snapshot.c \
	backends/sim/kube_snapshot.h \
	backends/sim/kube_state.c \
	backends/sim/kube_history.c \
	backends/sim/kube_settle.c \
	backends/sim/kube_scheduler.c \
	backends/sim/kube_strict.c \
	backends/sim/kube_store.c \
	backends/sim/kube_store.h \
	backends/sim/kube_subresource.c \
	backends/sim/kube_texts.c \
	backends/sim/kube_tree.c \
	backends/sim/kube_tree.h \
	backends/sim/kube_update.h \
	backends/sim/kube_users.c \
	backends/sim/kube_users.h \
	backends/sim/kube_users_private.h \
	backends/sim/kube_validate.c \
	backends/sim/kube_validate.h \
	backends/sim/kube_watch.c \
	backends/sim/kube_write.c \
	backends/sim/kubelet.c \
	backends/sim/leaks.c \
	backends/sim/life_draw.c backends/sim/life_draw.h \
	backends/sim/life_draw_caa.c \
	backends/sim/life_draw_owner.c \
	backends/sim/life_draw_pod.c \
	backends/sim/life_draw_private.h \
	backends/sim/life_hooks.c \
	backends/sim/list_cache.c backends/sim/list_cache.h \
	backends/sim/memory.c backends/sim/memory.h \
	backends/sim/metadata.c backends/sim/metadata.h \
	backends/sim/nat.c backends/sim/nat.h \
	backends/sim/networks.c \
	backends/sim/node_life.c backends/sim/node_life.h \
	backends/sim/nonces.c backends/sim/nonces.h \
	backends/sim/options.c backends/sim/options.h \
	backends/sim/oss.h \
	backends/sim/oss_auth.c \
	backends/sim/oss_blob.c backends/sim/oss_blob.h \
	backends/sim/oss_bucket.c \
	backends/sim/oss_call.c \
	backends/sim/oss_digest.c backends/sim/oss_digest.h \
	backends/sim/oss_error.c \
	backends/sim/oss_headers.c backends/sim/oss_headers.h \
	backends/sim/oss_list.c backends/sim/oss_list.h \
	backends/sim/oss_multipart.c \
	backends/sim/oss_object.c \
	backends/sim/oss_server.c \
	backends/sim/oss_sign.c backends/sim/oss_sign.h \
	backends/sim/oss_store.c backends/sim/oss_store.h \
	backends/sim/oss_target.c backends/sim/oss_target.h \
	backends/sim/oss_xml.c backends/sim/oss_xml.h \
	backends/sim/page.c \
	backends/sim/params.c backends/sim/params.h \
	backends/sim/peerpods.c backends/sim/peerpods.h \
	backends/sim/podlife.c backends/sim/podlife.h \
	backends/sim/podlife_private.h \
	backends/sim/podvms.c backends/sim/podvms.h \
	backends/sim/populate.c backends/sim/populate.h \
	backends/sim/populate_life.c backends/sim/populate_life.h \
	backends/sim/ram.c backends/sim/ram.h \
	backends/sim/ram_document.c \
	backends/sim/ram_ops.h \
	backends/sim/ram_policies.c \
	backends/sim/ram_roles.c \
	backends/sim/ram_store.c \
	backends/sim/ram_users.c \
	backends/sim/ram_versions.c \
	backends/sim/random.c backends/sim/random.h \
	backends/sim/release.c backends/sim/release.h \
	backends/sim/request.c backends/sim/request.h \
	backends/sim/request_log.c backends/sim/request_log.h \
	backends/sim/route.c backends/sim/route.h \
	backends/sim/reset.c \
	backends/sim/resourcecenter.c \
	backends/sim/rrsa.c backends/sim/rrsa.h \
	backends/sim/scaling.c \
	backends/sim/scenario.c backends/sim/scenario.h \
	backends/sim/server.c backends/sim/server.h \
	backends/sim/server_flow.c \
	backends/sim/server_private.h \
	backends/sim/service.h \
	backends/sim/services.c \
	backends/sim/rules.c backends/sim/rules.h \
	backends/sim/settings.c backends/sim/settings.h \
	backends/sim/signing.c backends/sim/signing.h \
	backends/sim/simulator.c backends/sim/simulator.h \
	backends/sim/sts.c \
	backends/sim/table.c backends/sim/table.h \
	backends/sim/throttle.c backends/sim/throttle.h \
	backends/sim/timers.c backends/sim/timers.h \
	backends/sim/truth.c backends/sim/truth.h \
	backends/sim/truth_digest.c backends/sim/truth_digest.h \
	backends/sim/truth_obstacle.c backends/sim/truth_obstacle.h \
	backends/sim/vpc.c \
	backends/sim/vpc_describe.c \
	backends/sim/vpc_eip.c \
	backends/sim/vpc_nat.c \
	backends/sim/vpc_networks.c \
	backends/sim/vpc_ops.h \
	backends/sim/vpc_snat.c \
	backends/sim/vpc_tags.c \
	backends/sim/workloads.c backends/sim/workloads.h \
	backends/sim/world.c backends/sim/world.h \
	backends/sim/world_random.c backends/sim/world_random.h \
	backends/sim/xml_out.c backends/sim/xml_out.h
libsim_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DBUILD_SRCDIR='"$(abs_top_srcdir)"' -DBUILD_BUILDDIR='"$(abs_top_builddir)"'

SIM_LIBS = libsim.a libnet.a libbase.a $(MICROHTTPD_LIBS) $(GNUTLS_LIBS) $(LIBCONFIG_LIBS) $(EXPAT_LIBS) $(BASE_LIBS) -lm

bin_PROGRAMS += peerdeck-sim
peerdeck_sim_SOURCES = backends/sim/main.c
peerdeck_sim_LDADD = $(SIM_LIBS)

scenariodir = $(pkgdatadir)/scenarios
dist_scenario_DATA = \
	backends/sim/scenarios/demo.cfg \
	backends/sim/scenarios/empty.cfg \
	backends/sim/scenarios/large.cfg
EXTRA_DIST += backends/README.md
